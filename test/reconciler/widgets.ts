// A kind of somebody else's operator, which can be installed and removed.

import type { Cluster } from '../../cluster/connect.ts';
import { NotServedError } from '../../cluster/discovery.ts';
import type { KubernetesObject } from '../../cluster/kubernetes-object.ts';
import { until } from '../until.ts';

const NAME = 'widgets.example.com';
const REF = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: NAME };
const SCHEMA = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** Installs the kind; settles when it is served. */
export async function installDefinition(cluster: Cluster): Promise<void> {
  await cluster.create({
    apiVersion: REF.apiVersion,
    kind: REF.kind,
    metadata: { name: NAME },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: SCHEMA } }],
    },
  });
  await until(() => isServed(cluster));
}

/** Removes it with all its objects; settles when it is no longer served. */
export async function removeDefinition(cluster: Cluster): Promise<void> {
  await cluster.remove(REF);
  await until(async () => !(await isServed(cluster)));
}

/** One object of the kind. */
export function widget(namespace: string, name: string, labels: Record<string, string>): KubernetesObject {
  return { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { namespace, name, labels }, spec: {} };
}

async function isServed(cluster: Cluster): Promise<boolean> {
  cluster.forget('example.com/v1', 'Widget');
  try {
    await cluster.discover('example.com/v1', 'Widget');
    await cluster.request({ path: '/apis/example.com/v1/widgets' });
    return true;
  } catch (error) {
    if (error instanceof NotServedError || (error instanceof Error && 'status' in error)) return false;
    throw error;
  }
}
