// Variants of a valid value, one change each, for tables of tests.

/** A deep copy of `value` in which the field at `path` (`spec.outputPorts.0.name`) is `to`; undefined removes it. */
export function withChange(value: unknown, path: string, to: unknown): unknown {
  const copy: unknown = structuredClone(value);
  const segments = path.split('.');
  const last = segments.pop() ?? '';
  let node = copy as Record<string, unknown>;
  for (const segment of segments) {
    node[segment] ??= {};
    node = node[segment] as Record<string, unknown>;
  }
  if (to === undefined) delete node[last];
  else node[last] = to;
  return copy;
}
