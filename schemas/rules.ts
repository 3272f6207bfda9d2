// Rules between fields of one object: the twins of the CEL rules in the CRDs, so that a push is told the same as
// the API server would say. A value of the wrong type passes: its type is reported elsewhere.

type Fields = Readonly<Record<string, unknown>>;

/** By the `name` in the schema's `x-dappmesh-rules`: true when the node keeps the rule. */
export const RULES: Readonly<Record<string, (node: Fields) => boolean>> = {
  'support-ends-before-life': node => inOrder(node['endOfSupport'], node['endOfLife']),
  'agreement-starts-before-its-end': node => inOrder(node['start'], node['end']),
  'engine-defaults-are-allowed': engineDefaultsAreAllowed,
  'input-has-one-source': inputHasOneSource,
  'off-has-an-end': node =>
    node['until'] !== undefined || !['push', 'admission', 'audit'].some(point => node[point] === 'off'),
  'processing-runs-its-role': node =>
    node['role'] === 'pipeline' ? node['workflow'] === undefined : node['flow'] === undefined,
};

/** Timestamps of DappMesh compare as text; what is none of that form is reported as such elsewhere. */
function inOrder(earlier: unknown, later: unknown): boolean {
  return !isTimestamp(earlier) || !isTimestamp(later) || earlier <= later;
}

function isTimestamp(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value);
}

function engineDefaultsAreAllowed({ engines, engineDefaults }: Fields): boolean {
  if (!Array.isArray(engines) || typeof engineDefaults !== 'object' || engineDefaults === null) return true;
  return Object.values(engineDefaults).every(engine => engines.includes(engine));
}

function inputHasOneSource(from: Fields): boolean {
  const parts = ['namespace', 'product', 'port', 'major'].filter(name => from[name] !== undefined);
  return from['sourceSystem'] === undefined ? parts.length === 4 : parts.length === 0;
}
