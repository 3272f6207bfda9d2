// Which state of an object came first.

/**
 * Whether one resourceVersion came after another. They are the revisions of etcd, which the API declares comparable as
 * numbers (KEP-5504); as text they need no conversion. An absent one is older than all.
 */
export function isNewer(resourceVersion: string, than: string | undefined): boolean {
  if (than === undefined || resourceVersion.length !== than.length)
    return resourceVersion.length > (than?.length ?? 0);
  return resourceVersion > than;
}
