// What a validator says: one fault of structure, at one place.

/** One fault. The path counts from the value that was validated: `["spec", "outputPorts", 0, "name"]`. */
export interface StructureFinding {
  readonly path: (string | number)[];
  readonly message: string;
}

/** By place, then by text, without a locale: the order of every list of findings. */
export function compareFindings(a: StructureFinding, b: StructureFinding): number {
  const shared = Math.min(a.path.length, b.path.length);
  for (let i = 0; i < shared; i++) {
    const order = compareSegments(a.path[i], b.path[i]);
    if (order !== 0) return order;
  }
  return a.path.length - b.path.length || compareText(a.message, b.message);
}

function compareSegments(a: string | number | undefined, b: string | number | undefined): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : compareText(String(a), String(b));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
