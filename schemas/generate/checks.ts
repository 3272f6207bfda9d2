// What Ajv cannot check and the API server does: lists keyed by a field, and the rules between fields. Kept as a
// small tree beside each validator, only where there is something to check.

import type { ObjectChecks } from '../object-checks.ts';
import type { SchemaNode } from './schema.ts';

/** The checks of a resolved schema, or undefined where nothing below needs one. */
export function checksOf(node: SchemaNode): ObjectChecks | undefined {
  const keys = node['x-kubernetes-list-map-keys'];
  const rules = node['x-dappmesh-rules']?.map(({ name, message, path }) => ({
    name,
    message,
    path: path ?? [],
  }));
  const items = node.items === undefined ? undefined : checksOf(node.items);
  const properties = Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const checks = checksOf(child);
    return checks === undefined ? [] : [[name, checks] as const];
  });
  if (keys === undefined && rules === undefined && items === undefined && properties.length === 0)
    return undefined;
  return {
    ...(keys === undefined ? {} : { keys }),
    ...(rules === undefined ? {} : { rules }),
    ...(items === undefined ? {} : { items }),
    ...(properties.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
  };
}
