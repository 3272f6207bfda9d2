// Which classifications and tags a contract carries, without its schema: policies ask for these of every contract of
// a product, and schemas are too large to keep and to walk for that.

export interface PropertyMarks {
  /** Classifications in use; empty text stands for a property that has none. */
  readonly classes: ReadonlySet<string>;
  /** Of the document, its tables and their properties; folded, so that all spellings of one are one. */
  readonly tags: ReadonlySet<string>;
}

interface Visit {
  readonly property: Record<string, unknown>;
  /** Classification of the property around it, which holds where none is stated. */
  readonly inherited: string;
}

/** Walks `schema[].properties[]`, nested `properties` and list `items` included. Wrong types count as absent. */
export function propertyMarks(odcs: unknown): PropertyMarks {
  const classes = new Set<string>();
  const document = fieldsOf(odcs);
  const tables = itemsOf(document['schema']);
  const tags = new Set([document, ...tables].flatMap(tagsOf));
  const open = tables.flatMap(table => visits(table, ''));
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    const { property, inherited } = visit;
    const own = property['classification'];
    const stated = typeof own === 'string' && own !== '';
    const classification = stated ? own : inherited;
    const inner = visits(property, classification);
    // A property that only groups others holds no data of its own.
    if (stated || inner.length === 0) classes.add(classification);
    for (const tag of tagsOf(property)) tags.add(tag);
    open.push(...inner);
  }
  return { classes, tags };
}

function visits(parent: Record<string, unknown>, inherited: string): Visit[] {
  const inner = [...itemsOf(parent['properties']), ...itemsOf([parent['items']])];
  return inner.map(property => ({ property, inherited }));
}

/** Blanks around it, case and full-width letters make no other tag. */
function tagsOf(holder: Record<string, unknown>): string[] {
  return listOf(holder['tags']).flatMap(tag =>
    typeof tag === 'string' ? [tag.normalize('NFKC').trim().toLowerCase()] : [],
  );
}

function itemsOf(value: unknown): Record<string, unknown>[] {
  return listOf(value).filter(
    item => item !== null && typeof item === 'object' && !Array.isArray(item),
  ) as Record<string, unknown>[];
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
