// From Ajv's errors to findings for people: one finding per fault, at the field that is to be changed, without the
// echoes that alternatives, conditions and enclosing objects add.

import type { ErrorObject } from 'ajv';
import { compareFindings, type StructureFinding } from './structure-finding.ts';
import { knownNames, lacksLogicalType, wordError } from './word-error.ts';

/** Explaining is for people; beyond this many errors nobody reads on. */
const MOST_ERRORS = 2000;

/** The faults behind `errors`, sorted and without repetition. `value` is what was validated. */
export function explainErrors(errors: readonly ErrorObject[], value: unknown): StructureFinding[] {
  const faults = withoutEchoes(withoutGuesses(oneFormEach(withoutBranches(errors.slice(0, MOST_ERRORS)))));
  const findings = new Map<string, StructureFinding>();
  for (const error of faults) {
    const { below, message } = wordError(error);
    const path = [...toPath(error.instancePath, value), ...below];
    // Several alternatives may refuse the same unknown field: once is enough.
    const identity = JSON.stringify(isUnknownField(error) ? [path] : [path, message]);
    if (!findings.has(identity)) findings.set(identity, { path, message });
  }
  return [...findings.values()].sort(compareFindings);
}

/**
 * An alternative says in one error what its branches say in many; where the value shows which branch was meant,
 * that branch speaks instead. A condition only repeats what its branch says.
 */
function withoutBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  let kept = errors.filter(error => error.keyword !== 'if');
  for (const alternative of kept.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')) {
    const meant = meantBranch(alternative);
    kept = kept.filter(error => {
      if (error === alternative) return meant === undefined;
      return !isBranchOf(error, alternative) || error.schemaPath.startsWith(`${meant}/`);
    });
  }
  return kept;
}

/** Of branches that each require fields of their own: the only one whose fields are there. */
function meantBranch({ schema, schemaPath, data }: ErrorObject): string | undefined {
  const branches = schema as readonly { readonly required?: readonly string[] }[];
  const present = branches.flatMap(({ required }, i) =>
    required?.every(name => Object.hasOwn(Object(data), name)) === true ? [i] : [],
  );
  return present.length === 1 ? `${schemaPath}/${present[0]}` : undefined;
}

function isBranchOf(error: ErrorObject, alternative: ErrorObject): boolean {
  if (error === alternative || !isWithin(error.instancePath, alternative.instancePath)) return false;
  if (error.schemaPath.startsWith(`${alternative.schemaPath}/`)) return true;
  const branches = alternative.schema as readonly { readonly $ref?: string }[];
  return branches.some(({ $ref }) => $ref !== undefined && error.schemaPath.startsWith(`${$ref}/`));
}

/** Of several complaints about one text, the one that says most. */
const FORM_KEYWORDS = ['minLength', 'format', 'maxLength', 'pattern'];

function oneFormEach(errors: readonly ErrorObject[]): ErrorObject[] {
  const rank = ({ keyword, data }: ErrorObject) => (data === '' ? -1 : 1) * FORM_KEYWORDS.indexOf(keyword);
  const best = new Map<string, ErrorObject>();
  const forms = errors.filter(({ keyword }) => FORM_KEYWORDS.includes(keyword));
  for (const error of forms) {
    const other = best.get(error.instancePath);
    if (other === undefined || rank(error) > rank(other)) best.set(error.instancePath, error);
  }
  return errors.filter(error => !forms.includes(error) || best.get(error.instancePath) === error);
}

/**
 * ODCS v3.2.0 applies the conditions of every logicalType to a property that states none. All that follows says
 * the same: state it (see `required` in word-error.ts).
 */
function withoutGuesses(errors: readonly ErrorObject[]): ErrorObject[] {
  const untyped = errors
    .filter(lacksLogicalType)
    .map(({ instancePath }) => `${instancePath}/logicalTypeOptions`);
  return errors.filter(({ instancePath }) => !untyped.some(options => isWithin(instancePath, options)));
}

/**
 * Where a part of an object fails, Ajv no longer counts that part's fields as known and reports them all.
 * Such an echo is dropped when a fault at or below its object explains it.
 */
function withoutEchoes(errors: readonly ErrorObject[]): ErrorObject[] {
  const suspects = errors.filter(mayBeEcho);
  const faults = errors.filter(error => !mayBeEcho(error));
  // Innermost first: a suspect that turns out a fault explains the echoes around it, but not beside it.
  suspects.sort((a, b) => b.instancePath.length - a.instancePath.length);
  for (const suspect of suspects) {
    const isExplained = faults.some(fault =>
      mayBeEcho(fault)
        ? fault.instancePath.startsWith(`${suspect.instancePath}/`)
        : isWithin(fault.instancePath, suspect.instancePath),
    );
    if (!isExplained) faults.push(suspect);
  }
  return faults;
}

function mayBeEcho(error: ErrorObject): boolean {
  if (error.keyword !== 'unevaluatedProperties') return false;
  return knownNames(error).includes(String(error.params['unevaluatedProperty']));
}

function isUnknownField({ keyword }: ErrorObject): boolean {
  return keyword === 'additionalProperties' || keyword === 'unevaluatedProperties';
}

function isWithin(pointer: string, outer: string): boolean {
  return pointer === outer || pointer.startsWith(`${outer}/`);
}

/** JSON Pointer → segments; a number only where the value really is a list. */
function toPath(pointer: string, value: unknown): (string | number)[] {
  let node = value;
  return pointer
    .split('/')
    .slice(1)
    .map(encoded => {
      const key = encoded.replaceAll('~1', '/').replaceAll('~0', '~');
      const segment = Array.isArray(node) ? Number(key) : key;
      node = (node as Record<string | number, unknown>)[segment];
      return segment;
    });
}
