// Everything a reconcile needs, with answers that the test gives. Requests are recorded in order.

import { ApiError } from '../../cluster/api-error.ts';
import type { KubernetesObject } from '../../cluster/kubernetes-object.ts';
import type { ChildObject } from '../../policies/engine/children/blueprint-item.ts';
import { type Built, notBuilt } from '../../policies/engine/children/built.ts';
import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import type { Finding } from '../../policies/engine/verdict/verdict.ts';
import type { Deps, ObservedChild } from '../../reconciler/deps.ts';
import type { ObjectEvent } from '../../reconciler/events.ts';
import { createWritten } from '../../reconciler/written.ts';

export const ORDERS: MeshObject = {
  apiVersion: 'dappmesh.io/v1alpha1',
  kind: 'DataProduct',
  metadata: { name: 'orders', namespace: 'sales', uid: 'u1', resourceVersion: '5', generation: 3 },
  spec: { domainRef: 'sales' },
};
export const KEY = { kind: 'DataProduct', namespace: 'sales', name: 'orders' };

export interface Script {
  readonly owner?: MeshObject;
  readonly built?: Partial<Built>;
  readonly findings?: readonly Finding[];
  readonly children?: readonly ObservedChild[];
  /** Called with each request, `apply ConfigMap a`; what it throws is the API server's answer. */
  readonly onRequest?: (request: string, object: KubernetesObject) => void;
  readonly found?: KubernetesObject;
  readonly failures?: number;
  readonly leads?: boolean;
  readonly served?: boolean;
  /** Whether the API server knows reports; by default it does not. */
  readonly reports?: boolean;
}

export interface Scripted {
  readonly deps: Deps;
  readonly requests: string[];
  readonly events: ObjectEvent[];
  readonly logged: string[];
  /** The last status that was written. */
  status(): Record<string, unknown> | undefined;
  /** `Ready False InUse`. */
  conditions(): string[];
}

/** A ConfigMap that a blueprint may ask for. */
export function wish(name: string, fields: object = {}): ChildObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'sales' }, data: {}, ...fields };
}

export function apiError(status: number, message = 'no'): ApiError {
  return new ApiError({ status, reason: '', message: `PATCH /x: ${message}` });
}

/** Puts them together. */
export function scripted(script: Script = {}): Scripted {
  const { owner = ORDERS, children = [], onRequest = () => {} } = script;
  const requests: string[] = [];
  const events: ObjectEvent[] = [];
  const logged: string[] = [];
  let status: Record<string, unknown> | undefined;
  let version = 100;
  const answer = (verb: string, object: KubernetesObject): KubernetesObject => {
    const request = `${verb} ${object.kind} ${object.metadata.name}`;
    requests.push(request);
    onRequest(request, object);
    version += 1;
    return { ...object, metadata: { ...object.metadata, uid: 'made', resourceVersion: `${version}` } };
  };
  const named = ({ kind, name }: { kind: string; name: string }): KubernetesObject => ({
    apiVersion: 'v1',
    kind,
    metadata: { name },
  });
  const note = (_fields: object, message: string) => logged.push(message);
  const deps: Deps = {
    store: {
      get: () => owner,
      keys: () => [KEY],
      contractsOf: () => [],
      child: ref =>
        children.find(({ object }) => object.kind === ref.kind && object.metadata.name === ref.name),
      childrenOf: () => children,
    },
    engine: {
      bundle: { policies: [] } as unknown as Deps['engine']['bundle'],
      async judge() {
        return {
          allowed: true,
          findings: script.findings ?? [],
          revision: '',
          point: 'audit',
        };
      },
      build: async () => ({ ...notBuilt([]), ...script.built }),
    },
    cluster: {
      async get(ref) {
        requests.push(`get ${ref.kind} ${ref.name}`);
        if (script.found === undefined) throw apiError(404);
        return script.found;
      },
      async apply(object, { subresource, force }) {
        const verb = subresource ?? (force === true ? 'force' : 'apply');
        const stored = answer(verb, object);
        if (subresource === 'status') status = object['status'] as Record<string, unknown>;
        return stored;
      },
      async patch(ref) {
        return answer('patch', named(ref));
      },
      async remove(ref) {
        answer('remove', named(ref));
      },
    },
    served: apiVersion =>
      apiVersion.startsWith('openreports.io/') ? script.reports === true : (script.served ?? true),
    events: { record: (_object, event) => events.push(event) },
    written: createWritten(() => 0),
    copyReaders: { note() {} },
    mayWrite: () => script.leads ?? true,
    now: () => new Date('2026-03-01T12:00:00Z'),
    failures: () => script.failures ?? 0,
    log: { debug: note, info: note, warn: note, error: note },
    metrics: { active() {}, reconciled() {}, panicked() {}, wrote() {} },
  };
  return {
    deps,
    requests,
    events,
    logged,
    status: () => status,
    conditions: () =>
      ((status?.['conditions'] ?? []) as { type: string; status: string; reason: string }[]).map(
        condition => `${condition.type} ${condition.status} ${condition.reason}`,
      ),
  };
}
