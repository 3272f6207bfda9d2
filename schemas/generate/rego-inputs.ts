// What a policy may read, as `opa check --strict --schema schemas/generated/rego` understands it: a misspelt
// field in Rego becomes a build error. OPA looks at types and property names only, so the rest is left out.
// Maps with free keys are `any` to OPA: of data.inventory and data.index it checks the first level, no deeper.

import { odcsShape } from './odcs-shape.ts';
import { isFree, type KindSchema, mapSchema, type SchemaNode, type Schemas } from './schema.ts';

const FOLDER = 'schemas/generated/rego';

const STRING: SchemaNode = { type: 'string' };
const ANYTHING: SchemaNode = { type: 'object', additionalProperties: true };

/** The questions that the host keeps indexes for: `data.index.<question>`. */
export const INDEXES = [
  'agreements_by_consumer',
  'agreements_by_provider',
  'classes_of_contract',
  'consumers_of_port',
  'contracts_of_product',
  'input_edges',
  'products_by_domain',
  'tags_of_contract',
] as const;

/** `schemas/generated/rego/*.json`: `review-<kind>`, `review-any`, `inventory`, `index`. */
export function generateRegoInputs(schemas: Schemas): Map<string, string> {
  const files = new Map<string, string>();
  const write = (name: string, schema: SchemaNode) =>
    files.set(`${FOLDER}/${name}.json`, `${JSON.stringify(schema, null, 1)}\n`);
  const objects = schemas.kinds.map(kind => objectShape(kind, schemas.odcs));
  const contract = objects[schemas.kinds.findIndex(({ kind }) => kind === 'DataContract')];
  const contracts = {
    type: 'array',
    items: closed({ name: STRING, spec: contract?.properties?.['spec'] ?? {} }),
  };
  schemas.kinds.forEach((kind, i) => {
    const seen = kind.kind === 'DataProduct' ? { contracts } : {};
    write(`review-${kind.slug}`, review(objects[i] as SchemaNode, seen));
  });
  write('review-any', review({ anyOf: objects }, { contracts }));
  write('inventory', closed(Object.fromEntries(schemas.kinds.map(({ kind }) => [kind, ANYTHING]))));
  write('index', closed(Object.fromEntries(INDEXES.map(question => [question, ANYTHING]))));
  return files;
}

/** The object of a review. Without status: verdicts rest on what people wrote. */
function objectShape({ kind, resolved }: KindSchema, odcs: SchemaNode): SchemaNode {
  const { status: _, ...properties } = resolved.properties ?? {};
  const shape = mapSchema({ ...resolved, properties }, namesAndTypes);
  if (kind !== 'DataContract') return shape;
  const spec = shape.properties?.['spec'] ?? {};
  const withOdcs = { ...spec, properties: { ...spec.properties, odcs: odcsShape(odcs) } };
  return { ...shape, properties: { ...shape.properties, spec: withOdcs } };
}

function namesAndTypes(node: SchemaNode): SchemaNode {
  if (isFree(node)) return ANYTHING;
  const { type, properties, additionalProperties, items } = node;
  return {
    ...(type === undefined ? {} : { type }),
    ...(properties === undefined ? {} : { properties }),
    ...(additionalProperties === undefined ? {} : { additionalProperties }),
    ...(items === undefined ? {} : { items }),
  };
}

/** An AdmissionReview (admission.k8s.io/v1) of such an object, plus `context`; blueprints see a product's contracts there. */
function review(object: SchemaNode, seen: Record<string, SchemaNode>): SchemaNode {
  return closed({
    apiVersion: STRING,
    kind: STRING,
    request: closed({
      uid: STRING,
      kind: closed({ group: STRING, version: STRING, kind: STRING }),
      resource: closed({ group: STRING, version: STRING, resource: STRING }),
      subResource: STRING,
      name: STRING,
      namespace: STRING,
      operation: STRING,
      userInfo: closed({
        username: STRING,
        uid: STRING,
        groups: { type: 'array', items: STRING },
        extra: ANYTHING,
      }),
      object,
      oldObject: object,
      dryRun: { type: 'boolean' },
      options: ANYTHING,
    }),
    context: closed({
      point: STRING,
      now: STRING,
      structure: {
        type: 'array',
        items: closed({ path: { type: 'array', items: { type: ['string', 'number'] } }, message: STRING }),
      },
      ...seen,
    }),
  });
}

function closed(properties: Record<string, SchemaNode>): SchemaNode {
  return { type: 'object', additionalProperties: false, properties };
}
