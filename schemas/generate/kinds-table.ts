// Tables that the program needs at run time, as modules: what `x-dappmesh` says of each kind, and which defaults the
// API server fills in. No schema is read at run time.

import type { SchemaDefault } from '../defaults.ts';
import type { SchemaNode, Schemas } from './schema.ts';

const BANNER = '// Generated from the JSON Schemas by schemas/generate.ts; do not edit.\n';

/** `schemas/generated/kinds.ts` and `schemas/generated/defaults.ts`. */
export function generateKinds(schemas: Schemas): Map<string, string> {
  const rows = schemas.kinds.map(({ kind, slug, extension }) => {
    const { plural, singular, scope, shortNames } = extension;
    return { kind, plural, singular, scope, shortNames, slug };
  });
  const defaults = schemas.kinds.map(({ kind, resolved }) => [kind, specDefaults(resolved)] as const);
  return new Map([
    ['schemas/generated/kinds.ts', constant('KIND_TABLE', rows)],
    ['schemas/generated/defaults.ts', constant('DEFAULT_TABLE', Object.fromEntries(defaults))],
  ]);
}

/** Not those of status: it is not the author's, and no verdict rests on it. */
function specDefaults(resolved: SchemaNode): SchemaDefault[] {
  const spec = resolved.properties?.['spec'];
  return spec === undefined ? [] : defaultsOf(spec, ['spec']);
}

/** Throws for a default inside a list item: GitOps tools would take it for drift for ever. */
function defaultsOf(node: SchemaNode, path: readonly string[]): SchemaDefault[] {
  if (node.items !== undefined && defaultsOf(node.items, path).length > 0) {
    throw new Error(`${path.join('.')}: no defaults inside list items`);
  }
  const own = node.default === undefined ? [] : [{ path, value: node.default }];
  const inner = Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    defaultsOf(child, [...path, name]),
  );
  return [...own, ...inner];
}

function constant(name: string, value: unknown): string {
  return `${BANNER}\nexport const ${name} = ${JSON.stringify(value, null, 2)} as const;\n`;
}
