// The ClusterRole of the reconciler: the kinds that its blueprints make, and what follows from them.

import { GROUP, KINDS } from '../../schemas/kinds.ts';
import type { Blueprint } from '../engine/verdict/policy.ts';

export const RECONCILER_ROLE_FILE = 'gitops/manifest/app/reconciler-clusterrole.yaml';

interface Rule {
  readonly comment: readonly string[];
  readonly group: string;
  readonly resources: readonly string[];
  readonly names?: readonly string[];
  readonly verbs: readonly string[];
}

/** Server-side apply asks for `patch`, and for `create` where there is nothing yet. */
const MAKE = ['create', 'get', 'list', 'patch', 'watch'];

/** A namespace takes everything in it along, and a claim its data: only people remove one. */
const NEVER_REMOVED: ReadonlySet<string> = new Set(['v1/Namespace', 'v1/PersistentVolumeClaim']);

/** The roles that blueprints bind. Every other one would have to be held by the reconciler itself. */
const BOUND = ['dappmesh-editor', 'dappmesh-viewer', 'view'];

const HEAD = `# Generated from the METADATA \`makes\` of policies/blueprints by policies/bundle/generate.ts; not to be edited.
#
# What it amounts to, said plainly: RBAC knows neither labels nor owners, so each kind below is open in all namespaces,
# whoever made the object. With Secrets below, the reconciler can read every Secret of the cluster, although it watches
# only those labelled as its own; with workloads below, it can run pods in every namespace, with any service account
# there. A blueprint that is left out of the bundle takes its kinds away here.
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: dappmesh-reconciler
  labels:
    app.kubernetes.io/name: dappmesh-reconciler
    app.kubernetes.io/part-of: dappmesh
rules:
`;

/** Takes all blueprints, gives the manifest. Pure. */
export function generateReconcilerRole(blueprints: readonly Pick<Blueprint, 'kinds' | 'makes'>[]): string {
  const makes = [...new Set(blueprints.flatMap(blueprint => blueprint.makes))];
  // Blueprints that make nothing only say when to look again, or how it stands.
  const owners = new Set(blueprints.filter(({ makes }) => makes.length > 0).flatMap(({ kinds }) => kinds));
  return (
    HEAD +
    [...meshRules(owners), ...madeRules(makes), ...bindRules(makes), REPORTS, DEFINITIONS, EVENTS]
      .map(toYaml)
      .join('')
  );
}

/** Its own kinds: read them all, answer in the status; of those that are built, hold the finalizer. */
function meshRules(owners: ReadonlySet<string>): Rule[] {
  const plurals = (wanted: typeof KINDS, subresource = '') =>
    wanted.map(({ plural }) => `${plural}${subresource}`).toSorted();
  const built = KINDS.filter(({ kind }) => owners.has(kind));
  const answered = KINDS.filter(({ kind }) => kind !== 'EngineClass');
  return [
    { comment: [], group: GROUP, resources: plurals(KINDS), verbs: ['get', 'list', 'watch'] },
    { comment: [], group: GROUP, resources: plurals(answered, '/status'), verbs: ['patch'] },
    {
      comment: ['For the finalizer that holds what is still used. RBAC cannot narrow it to that one field.'],
      group: GROUP,
      resources: plurals(built),
      verbs: ['patch'],
    },
    {
      comment: ['For owner references that block deletion, where the API server checks them.'],
      group: GROUP,
      resources: plurals(answered, '/finalizers'),
      verbs: ['update'],
    },
  ];
}

function madeRules(makes: readonly string[]): Rule[] {
  const rules: Rule[] = [];
  for (const group of [...new Set(makes.map(groupOf))].toSorted()) {
    const inGroup = makes.filter(made => groupOf(made) === group);
    const removed = resourcesOf(inGroup.filter(made => !NEVER_REMOVED.has(made)));
    const kept = resourcesOf(inGroup.filter(made => NEVER_REMOVED.has(made)));
    if (kept.length > 0) rules.push({ comment: ['Never removed.'], group, resources: kept, verbs: MAKE });
    if (removed.length > 0) {
      rules.push({ comment: [], group, resources: removed, verbs: [...MAKE, 'delete'].toSorted() });
    }
  }
  return rules;
}

/** A Role with rules needs no such verb: it grants only what is held through the kinds above. */
function bindRules(makes: readonly string[]): Rule[] {
  if (!makes.some(made => made.endsWith('RoleBinding'))) return [];
  return [
    {
      comment: ['Whom it binds may do what these say, and nothing more can be given away.'],
      group: 'rbac.authorization.k8s.io',
      resources: ['clusterroles'],
      names: BOUND,
      verbs: ['bind'],
    },
  ];
}

const REPORTS: Rule = {
  comment: ['What the audit found, beside the object or, of a cluster-scoped one, in cluster scope.'],
  group: 'openreports.io',
  resources: ['clusterreports', 'reports'],
  verbs: [...MAKE, 'delete'].toSorted(),
};

const EVENTS: Rule = {
  comment: ['Events lie beside the object they are about, those of cluster-scoped ones in `default`.'],
  group: '',
  resources: ['events'],
  verbs: ['create', 'patch'],
};

const DEFINITIONS: Rule = {
  comment: ['To notice when a kind that blueprints make, or that of reports, is installed or removed.'],
  group: 'apiextensions.k8s.io',
  resources: ['customresourcedefinitions'],
  verbs: ['list', 'watch'],
};

function groupOf(made: string): string {
  return made.split('/').length === 3 ? (made.split('/')[0] ?? '') : '';
}

function resourcesOf(makes: readonly string[]): string[] {
  return [...new Set(makes.map(made => toPlural(made.slice(made.lastIndexOf('/') + 1))))].toSorted();
}

/** As apimachinery guesses (meta.UnsafeGuessKindToResource), which holds for every kind that keeps the conventions. */
function toPlural(kind: string): string {
  const name = kind.toLowerCase();
  if (name.endsWith('s')) return `${name}es`;
  if (name.endsWith('y')) return `${name.slice(0, -1)}ies`;
  return `${name}s`;
}

function toYaml({ comment, group, resources, names, verbs }: Rule): string {
  return [
    ...comment.map(line => `  # ${line}`),
    `  - apiGroups: [${group === '' ? '""' : group}]`,
    ...(resources.length > 3
      ? ['    resources:', ...resources.map(resource => `      - ${resource}`)]
      : [`    resources: [${resources.join(', ')}]`]),
    ...(names === undefined ? [] : [`    resourceNames: [${names.join(', ')}]`]),
    `    verbs: [${verbs.join(', ')}]`,
    '',
  ].join('\n');
}
