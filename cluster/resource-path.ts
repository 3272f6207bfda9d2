// Paths of the Kubernetes API. Names are encoded: none of them can leave its segment.

/** A resource as its URL names it. The core group is the empty string. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

/** The path of a collection, of one namespace or of all, or of one object in it. */
export function resourcePath(
  resource: Resource,
  at: { namespace?: string | undefined; name?: string | undefined; subresource?: string | undefined } = {},
): string {
  const scope = at.namespace === undefined ? [] : ['namespaces', at.namespace];
  const object =
    at.name === undefined ? [] : [at.name, ...(at.subresource === undefined ? [] : [at.subresource])];
  return [groupPath(resource), ...[...scope, resource.plural, ...object].map(segment)].join('/');
}

/** The path of everything that a group serves in one version. */
export function groupPath({ group, version }: Omit<Resource, 'plural'>): string {
  const root = group === '' ? ['api', version] : ['apis', group, version];
  return `/${root.map(segment).join('/')}`;
}

/** Splits `apps/v1` and `v1`. */
export function groupVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  if (slash === -1) return { group: '', version: apiVersion };
  return { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** `.` and `..` survive encoding and would be resolved as path segments; no Kubernetes name may be either. */
function segment(name: string): string {
  if (name === '' || name === '.' || name === '..') throw new Error(`not a path segment: '${name}'`);
  return encodeURIComponent(name);
}
