// Tables as text: words to the left, numbers to the right.

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** What a reader must know to read it. */
  readonly notes?: readonly string[];
}

/** Three significant digits; thousands are set apart. */
export function toText(value: string | number): string {
  if (typeof value === 'string') return value;
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value) || Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3);
}

export function renderTable({ title, columns, rows, notes = [] }: Table): string {
  const texts = rows.map(row => row.map(toText));
  const widths = columns.map((column, i) =>
    Math.max(column.length, ...texts.map(row => row[i]?.length ?? 0)),
  );
  const isNumber = columns.map((_, i) => rows.every(row => typeof row[i] === 'number'));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (isNumber[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  const head = [line(columns), widths.map(width => '─'.repeat(width)).join('  ')];
  return `\n${[title, '', ...head, ...texts.map(line), ...notes.map(note => `  ${note}`)].join('\n')}\n`;
}
