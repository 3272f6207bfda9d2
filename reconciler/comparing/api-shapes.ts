// How the API server's own types behave under server-side apply: which lists are maps by a key, which maps are of one
// piece, what is filled in, what is left out. From the `x-kubernetes-list-type` and `-map-type` of its OpenAPI document.
// Custom resources are stored as they are sent: lists of one piece, maps by key, nothing left out.

/** Where in an object a value stands. */
export interface Place {
  readonly kind: string;
  /** A type of the API server itself, and not a custom resource. */
  readonly isBuiltIn: boolean;
  /** Names of the fields from the root; items of a list add nothing. */
  readonly path: readonly string[];
}

/** API groups of the API server; what operators bring has a domain of its own. */
export function isBuiltIn(apiVersion: string): boolean {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  return !group.includes('.') || BUILT_IN_GROUPS.has(group);
}

const BUILT_IN_GROUPS: ReadonlySet<string> = new Set([
  'networking.k8s.io',
  'rbac.authorization.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
]);

const KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  volumes: ['name'],
  env: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  hostAliases: ['ip'],
  imagePullSecrets: ['name'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
};

/** The fields that tell the items of a list apart; undefined for a list of one piece. */
export function listKeys({ kind, isBuiltIn, path }: Place): readonly string[] | undefined {
  const field = path.at(-1) ?? '';
  if (path.length === 2 && field === 'ownerReferences') return ['uid'];
  if (!isBuiltIn) return undefined;
  if (field === 'ports') return portKeys(kind, path);
  // Of a ServiceAccount, both are of one piece or by name; what is of one piece is compared more strictly.
  return kind === 'ServiceAccount' || !Object.hasOwn(KEYS, field) ? undefined : KEYS[field];
}

/** Those of a container and of a Service are by key, those of a NetworkPolicy are of one piece. */
function portKeys(kind: string, path: readonly string[]): readonly string[] | undefined {
  const parent = path.at(-2) ?? '';
  if (parent === 'containers' || parent === 'initContainers') return ['containerPort', 'protocol'];
  return kind === 'Service' && parent === 'spec' ? ['port', 'protocol'] : undefined;
}

const WHOLE_MAPS: ReadonlySet<string> = new Set([
  'selector',
  'podSelector',
  'namespaceSelector',
  'labelSelector',
  'matchLabels',
  'nodeSelector',
  'roleRef',
  'secretKeyRef',
  'configMapKeyRef',
  'fieldRef',
  'resourceFieldRef',
]);

/** True for a map of which one manager owns all: a key that somebody added is a change of it. */
export function isWholeMap({ isBuiltIn, path }: Place): boolean {
  return isBuiltIn && WHOLE_MAPS.has(path.at(-1) ?? '');
}

const FILLED_IN: Readonly<Record<string, readonly unknown[]>> = {
  protocol: ['TCP'],
  apiVersion: ['v1'],
  kind: ['PersistentVolumeClaim'],
  volumeMode: ['Filesystem'],
  scheme: ['HTTP'],
  apiGroup: ['', 'rbac.authorization.k8s.io'],
  divisor: ['0'],
  expirationSeconds: [3600],
  creationTimestamp: [null],
};

/** True for a value that the API server adds where nothing was said. */
export function isFilledIn({ kind, path }: Place, value: unknown): boolean {
  const field = path.at(-1) ?? '';
  if (path.includes('volumeClaimTemplates') && field === 'status') return true;
  // Defaults of a LimitRange follow from its maxima.
  if (kind === 'LimitRange') return path.includes('default') || path.includes('defaultRequest');
  return Object.hasOwn(FILLED_IN, field) && (FILLED_IN[field] ?? []).includes(value);
}

const LEFT_OUT_MAPS: ReadonlySet<string> = new Set([
  'labels',
  'annotations',
  'matchLabels',
  'nodeSelector',
  'selector',
  'data',
  'limits',
  'requests',
  'resources',
  'strategy',
]);

/** True for an empty value that the API server does not keep. An empty map may be a choice (`emptyDir: {}`). */
export function isLeftOut({ isBuiltIn, path }: Place, value: unknown): boolean {
  if (!isBuiltIn) return false;
  if (value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value !== 'object' || value === null) return false;
  return Object.keys(value).length === 0 && LEFT_OUT_MAPS.has(path.at(-1) ?? '');
}

const AMOUNTS: ReadonlySet<string> = new Set([
  'requests',
  'limits',
  'hard',
  'capacity',
  'overhead',
  'default',
  'defaultRequest',
  'max',
  'min',
  'maxLimitRequestRatio',
]);

/** True where the API server reads a quantity. */
export function isQuantity({ isBuiltIn, path }: Place): boolean {
  const field = path.at(-1) ?? '';
  return isBuiltIn && (AMOUNTS.has(path.at(-2) ?? '') || field === 'sizeLimit' || field === 'divisor');
}
