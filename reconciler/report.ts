// What the audit found of one object, as a report (openreports.io/v1alpha1): the form in which dashboards read what any
// policy engine says. Pure, and without a time: the same findings are the same report.

import { createHash } from 'node:crypto';
import type { ChildObject } from '../policies/engine/children/blueprint-item.ts';
import { ENGINE_FAULTS } from '../policies/engine/verdict/faults.ts';
import { truncate } from '../policies/engine/verdict/one-line.ts';
import type { Policy } from '../policies/engine/verdict/policy.ts';
import type { MeshObject } from '../policies/engine/verdict/review.ts';
import { compareFindings, type Finding, toDottedPath } from '../policies/engine/verdict/verdict.ts';
import { kindInfo } from '../schemas/kinds.ts';
import { RECONCILED_KINDS } from './store/dependents.ts';

const API_VERSION = 'openreports.io/v1alpha1';
const NAMESPACED = 'Report';
const CLUSTER_SCOPED = 'ClusterReport';

/** The kinds of reports, as `apps/v1/StatefulSet`. */
export const REPORT_TYPES: readonly string[] = [NAMESPACED, CLUSTER_SCOPED].map(
  kind => `${API_VERSION}/${kind}`,
);

/** On a report that does not show everything: how many findings it leaves out. */
export const OMITTED_ANNOTATION = 'dappmesh.io/omitted-results';

/** Results in one report; the summary counts all. Reports share etcd with everything else (1.5 MiB an object). */
const RESULTS = 50;
const MESSAGE_LIMIT = 1_000;
/** metadata.name (Kubernetes: DNS subdomain). */
const NAME_LIMIT = 253;
const HASH_LENGTH = 8;

type Result = 'error' | 'fail' | 'skip' | 'warn';

/** The one report that an object has if it has any. */
export interface ReportRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

export function isReport({ apiVersion, kind }: Pick<ChildObject, 'apiVersion' | 'kind'>): boolean {
  return REPORT_TYPES.includes(`${apiVersion}/${kind}`);
}

/** The kinds of DappMesh whose reports are of this type; none for any other type. */
export function kindsReportedAs(type: string): string[] {
  return RECONCILED_KINDS.filter(kind => `${API_VERSION}/${reportKind(kind)}` === type);
}

/** Where the report about an object lies: beside it, under a name that no object of another kind has. */
export function reportRefOf({ kind, metadata: { namespace, name } }: MeshObject): ReportRef {
  return {
    apiVersion: API_VERSION,
    kind: reportKind(kind),
    namespace,
    name: shortened(`${kind.toLowerCase()}-${name}`),
  };
}

/** The report about an object; undefined without findings: of what is in order, nothing is written. */
export function toReport(
  owner: MeshObject,
  findings: readonly Finding[],
  policies: readonly Policy[],
): ChildObject | undefined {
  if (findings.length === 0) return undefined;
  const { apiVersion, kind, namespace, name } = reportRefOf(owner);
  const results = findings.toSorted(compareFindings).map(finding => toResult(finding, policies));
  const shown = results.slice(0, RESULTS);
  const omitted = results.length - shown.length;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(omitted === 0 ? {} : { annotations: { [OMITTED_ANNOTATION]: `${omitted}` } }),
    },
    source: 'dappmesh',
    scope: scopeOf(owner),
    ...(omitted === 0 ? {} : { configuration: { limits: { maxResults: RESULTS } } }),
    summary: summaryOf(results),
    results: shown,
  };
}

function toResult(finding: Finding, policies: readonly Policy[]) {
  const { code, severity, path, message, remedy, enforcement, exemption } = finding;
  const { title, ...source } = sourceOf(code, policies);
  return {
    policy: code,
    ...source,
    result: resultOf(finding),
    severity,
    message: truncate(`${message}; ${remedy}`, MESSAGE_LIMIT),
    properties: {
      ...(title === undefined ? {} : { title }),
      level: enforcement,
      ...(path.length === 0 ? {} : { path: toDottedPath(path) }),
      ...(exemption === undefined ? {} : { exemption }),
    },
  };
}

/** An engine fault is no judgement: whoever counts failures must not count it as one. */
function resultOf({ code, enforcement, exemption }: Finding): Result {
  if (faultOf(code) !== undefined) return 'error';
  if (exemption !== undefined) return 'skip';
  return enforcement === 'deny' ? 'fail' : 'warn';
}

/** Who found it. A bundle may have changed since, and the code be of a policy that it no longer has. */
function sourceOf(
  code: string,
  policies: readonly Policy[],
): { readonly title?: string; readonly rule?: string; readonly category?: string } {
  const fault = faultOf(code);
  if (fault !== undefined) return { title: fault.title, category: 'engine' };
  const policy = policies.find(candidate => candidate.code === code);
  if (policy === undefined) return {};
  return { title: policy.title, rule: policy.name, category: policy.family };
}

function faultOf(code: string) {
  return Object.values(ENGINE_FAULTS).find(fault => fault.code === code);
}

/** What passed is not counted: every new policy would then rewrite every report. */
function summaryOf(results: readonly { readonly result: Result }[]): Record<Result, number> {
  const count = (wanted: Result) => results.filter(({ result }) => result === wanted).length;
  return { error: count('error'), fail: count('fail'), skip: count('skip'), warn: count('warn') };
}

/** core/v1 ObjectReference. */
function scopeOf({ apiVersion, kind, metadata: { namespace, name, uid } }: MeshObject) {
  return {
    apiVersion,
    kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    ...(typeof uid === 'string' ? { uid } : {}),
  };
}

function reportKind(kind: string): string {
  return kindInfo(kind)?.scope === 'Cluster' ? CLUSTER_SCOPED : NAMESPACED;
}

function shortened(name: string): string {
  if (name.length <= NAME_LIMIT) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_LENGTH);
  return `${name.slice(0, NAME_LIMIT - hash.length - 1).replace(/[.-]+$/, '')}-${hash}`;
}
