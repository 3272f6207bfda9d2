// CustomResourceDefinitions (apiextensions v1) from the schemas. Structural by construction: what a structural
// schema cannot say (closed objects, const, unions) is left to the compiled validators.

import { stringify } from 'yaml';
import { API_VERSION, GROUP, VERSION } from '../api-version.ts';
import { isFree, type KindSchema, type PrinterColumn, type SchemaNode, type Schemas } from './schema.ts';

const FOLDER = 'gitops/manifest/crds';
const BANNER = '# Generated from the JSON Schemas by schemas/generate.ts; do not edit.\n';

/** Keywords that mean the same in a CRD. */
const COPIED = [
  'description',
  'type',
  'format',
  'default',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'required',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
] as const;

/** `gitops/manifest/crds/*.yaml` and the kustomization that lists them. */
export function generateCrds(schemas: Schemas): Map<string, string> {
  const files = new Map<string, string>();
  for (const kind of schemas.kinds) {
    files.set(`${FOLDER}/${kind.extension.plural}.yaml`, toYaml(customResourceDefinition(kind)));
  }
  const resources = schemas.kinds.map(({ extension }) => `${extension.plural}.yaml`);
  const kustomization = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources };
  // Without an extension, so that `kubectl apply -f` on the folder reads only the definitions.
  files.set(`${FOLDER}/Kustomization`, toYaml(kustomization));
  return files;
}

function customResourceDefinition(schema: KindSchema): object {
  const { kind, extension, resolved } = schema;
  const { plural, singular, scope, shortNames, categories } = extension;
  const hasStatus = resolved.properties?.['status'] !== undefined;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}`, labels: { 'app.kubernetes.io/part-of': 'dappmesh' } },
    spec: {
      group: GROUP,
      scope,
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular,
        ...(shortNames.length === 0 ? {} : { shortNames }),
        categories,
      },
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          ...(hasStatus ? { subresources: { status: {} } } : {}),
          additionalPrinterColumns: printerColumns(extension.printerColumns, hasStatus),
          schema: { openAPIV3Schema: rootSchema(resolved) },
        },
      ],
    },
  };
}

function printerColumns(own: readonly PrinterColumn[], hasStatus: boolean): PrinterColumn[] {
  const ready = (field: string) => `.status.conditions[?(@.type=="Ready")].${field}`;
  const state: PrinterColumn[] = [
    {
      name: 'Ready',
      type: 'string',
      jsonPath: ready('status'),
      description: 'Whether everything is built and in shape.',
    },
    { name: 'Status', type: 'string', jsonPath: ready('message'), description: 'What the reconciler says.' },
  ];
  const age = {
    name: 'Age',
    type: 'date',
    jsonPath: '.metadata.creationTimestamp',
    description: 'Time since creation.',
  };
  return [...own, ...(hasStatus ? state : []), age];
}

/** apiVersion, kind and metadata are the API server's own; it takes no more than their types here. */
function rootSchema(resolved: SchemaNode): object {
  const { spec = {}, status } = resolved.properties ?? {};
  return {
    description: resolved.description,
    type: 'object',
    required: ['spec'],
    properties: {
      apiVersion: { description: `Always \`${API_VERSION}\`.`, type: 'string' },
      kind: { description: resolved.properties?.['kind']?.description, type: 'string' },
      metadata: { type: 'object' },
      spec: structural(spec),
      ...(status === undefined ? {} : { status: structural(status) }),
    },
  };
}

function structural(node: SchemaNode): object {
  const { properties, items, additionalProperties } = node;
  const rules = node['x-dappmesh-rules'];
  return {
    ...Object.fromEntries(
      COPIED.filter(keyword => node[keyword] !== undefined).map(keyword => [keyword, node[keyword]]),
    ),
    ...(isFree(node) ? { 'x-kubernetes-preserve-unknown-fields': true } : {}),
    ...(rules === undefined
      ? {}
      : { 'x-kubernetes-validations': rules.map(({ cel, message }) => ({ rule: cel, message })) }),
    ...(properties === undefined ? {} : { properties: mapValues(properties, structural) }),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: structural(additionalProperties) }
      : {}),
    ...(items === undefined ? {} : { items: structural(items) }),
  };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function toYaml(document: object): string {
  return BANNER + stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
}
