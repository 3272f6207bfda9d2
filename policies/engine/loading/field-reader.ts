// The fields of one METADATA block, read strictly: every fault is noted where it is, and reading goes on.

/** Reads fields of one file; what does not fit is noted and replaced by something of the right type. */
export class FieldReader {
  readonly #file: string;
  readonly #faults: string[];

  constructor(file: string, faults: string[]) {
    this.#file = file;
    this.#faults = faults;
  }

  fault(field: string, problem: string): void {
    this.#faults.push(`${this.#file}: ${field}: ${problem}`);
  }

  /** What is missing altogether is already noted where it should be. */
  object(
    field: string,
    value: unknown,
    required: readonly string[],
    optional: readonly string[],
  ): Record<string, unknown> {
    const fields = fieldsOf(value);
    if (value === undefined) return fields;
    for (const key of required) if (fields[key] === undefined) this.fault(field, `${key} is missing`);
    for (const key of Object.keys(fields)) {
      if (!required.includes(key) && !optional.includes(key)) this.fault(field, `${key} is unknown`);
    }
    return fields;
  }

  /** One line of text. */
  text(field: string, value: unknown, pattern = /^\S(.*\S)?$/): string {
    if (typeof value === 'string' && pattern.test(value)) return value;
    if (value !== undefined) this.fault(field, `${JSON.stringify(value)} does not match ${pattern.source}`);
    return '';
  }

  choice<Choice extends string>(field: string, value: unknown, choices: readonly Choice[]): Choice {
    const chosen = choices.find(choice => choice === value);
    if (chosen !== undefined) return chosen;
    if (value !== undefined) this.fault(field, `${JSON.stringify(value)} is none of ${choices.join(', ')}`);
    return choices[0] as Choice;
  }

  choices<Choice extends string>(field: string, value: unknown, choices: readonly Choice[]): Choice[] {
    const chosen = this.texts(field, value, 1, text => choices.some(choice => choice === text));
    return choices.filter(choice => chosen.includes(choice));
  }

  texts(field: string, value: unknown, least: number, isValid: (text: string) => boolean): string[] {
    if (value === undefined) return [];
    const items: unknown[] = Array.isArray(value) ? value : [];
    if (!Array.isArray(value) || items.length < least)
      this.fault(field, `it is not a list of at least ${least}`);
    for (const item of items) {
      if (typeof item !== 'string' || !isValid(item))
        this.fault(field, `${JSON.stringify(item)} is not allowed`);
    }
    if (new Set(items).size < items.length) this.fault(field, 'it names something twice');
    return items.filter(item => typeof item === 'string');
  }
}

/** The fields of an object; none of anything else. */
export function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
