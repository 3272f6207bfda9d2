// Rows as aligned columns, as kubectl shows them: no lines, two spaces between, nothing cut.

import { printable } from './escape.ts';
import type { Paint } from './text.ts';

type Style = Parameters<Paint>[0];

export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string;
  readonly style?: (row: Row) => Style | undefined;
}

/** The lines of a table, its titles first. An empty cell shows as `-`, so that columns can be cut by programs. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  paint: Paint,
): string[] {
  const cells = rows.map(row => columns.map(({ of }) => printable(of(row)) || '-'));
  const widths = columns.map(({ title }, i) =>
    Math.max(title.length, ...cells.map(line => widthOf(line[i] ?? ''))),
  );
  const titles = columns.map(({ title }, i) => padded(title, widths[i] ?? 0));
  const lines = cells.map((line, at) =>
    columns.map(({ style }, i) => {
      const text = padded(line[i] ?? '', widths[i] ?? 0);
      const row = rows[at];
      const chosen = row === undefined ? undefined : style?.(row);
      return chosen === undefined ? text : paint(chosen, text);
    }),
  );
  return [paint('dim', joined(titles)), ...lines.map(joined)];
}

function joined(cells: readonly string[]): string {
  return cells.join('  ').trimEnd();
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Characters as people count them; names of the mesh are ASCII, messages need not be. */
function widthOf(text: string): number {
  return Array.from(text).length;
}
