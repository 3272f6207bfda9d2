import t from 'tap';
import { parse } from 'yaml';
import { generateReconcilerRole } from '../../../policies/bundle/reconciler-role.ts';
import { REPORT_TYPES } from '../../../reconciler/report.ts';
import { RECONCILED_KINDS } from '../../../reconciler/store/dependents.ts';
import { KINDS } from '../../../schemas/kinds.ts';

interface Rule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly resourceNames?: string[];
  readonly verbs: string[];
}

const ALL = ['create', 'delete', 'get', 'list', 'patch', 'watch'];

t.test('what a blueprint makes may be made and removed, by the plural of its kind', t => {
  const rules = rulesFor(
    'v1/Service',
    'apps/v1/StatefulSet',
    'networking.k8s.io/v1/NetworkPolicy',
    'x.io/v1/Gas',
  );
  t.match(ruleOn(rules, 'services'), { apiGroups: [''], verbs: ALL });
  t.match(ruleOn(rules, 'statefulsets'), { apiGroups: ['apps'], verbs: ALL });
  t.match(ruleOn(rules, 'networkpolicies'), { apiGroups: ['networking.k8s.io'], verbs: ALL });
  t.match(ruleOn(rules, 'gases'), { apiGroups: ['x.io'], verbs: ALL });
  t.end();
});

t.test('what no blueprint makes is not named', t => {
  const resources = rulesFor('v1/ConfigMap').flatMap(rule => rule.resources);
  t.strictSame(
    resources.filter(resource => !KINDS.some(({ plural }) => resource.startsWith(plural))),
    ['configmaps', 'clusterreports', 'reports', 'customresourcedefinitions', 'events'],
  );
  t.end();
});

t.test('reports may be made and removed, whatever blueprints there are', t => {
  const rules = rulesFor();
  for (const type of REPORT_TYPES) {
    const [group = '', , kind = ''] = type.split('/');
    t.match(ruleOn(rules, `${kind.toLowerCase()}s`), { apiGroups: [group], verbs: ALL }, type);
  }
  t.end();
});

t.test('what has reports may own objects that block its deletion', t => {
  const { resources = [], verbs } = ruleOn(rulesFor(), 'meshes/finalizers') ?? {};
  t.strictSame(verbs, ['update']);
  const owners = KINDS.filter(({ kind }) => RECONCILED_KINDS.includes(kind));
  t.strictSame(resources, owners.map(({ plural }) => `${plural}/finalizers`).toSorted());
  t.end();
});

t.test('two blueprints that make the same kind, in two versions, ask for it once', t => {
  const role = generateReconcilerRole([
    { kinds: ['Mesh'], makes: ['example.org/v1/Thing'] },
    { kinds: ['Domain'], makes: ['example.org/v2/Thing'] },
  ]);
  t.equal(role.split('things').length, 2);
  t.end();
});

t.test('namespaces and volumes are made but never removed', t => {
  const rules = rulesFor('v1/Namespace', 'v1/PersistentVolumeClaim', 'v1/Secret');
  for (const resource of ['namespaces', 'persistentvolumeclaims'])
    t.strictSame(
      ruleOn(rules, resource)?.verbs,
      ALL.filter(verb => verb !== 'delete'),
      resource,
    );
  t.end();
});

t.test('roles are given away by name, and only where some blueprint binds them', t => {
  const bound = ruleOn(rulesFor('rbac.authorization.k8s.io/v1/RoleBinding'), 'clusterroles');
  t.match(bound, { resourceNames: ['dappmesh-editor', 'dappmesh-viewer', 'view'], verbs: ['bind'] });
  t.equal(ruleOn(rulesFor('v1/Secret'), 'clusterroles'), undefined);
  t.end();
});

t.test('of its own kinds it writes the status of all, and the object of those that are built', t => {
  const rules = rulesFor('v1/Secret');
  const written = rules.filter(
    ({ verbs, apiGroups }) => verbs.includes('patch') && apiGroups.includes('dappmesh.io'),
  );
  t.strictSame(
    written.flatMap(({ resources }) => resources),
    [
      ...KINDS.filter(({ kind }) => kind !== 'EngineClass')
        .map(({ plural }) => `${plural}/status`)
        .toSorted(),
      'dataproducts',
    ],
  );
  t.end();
});

t.test('nothing is a wildcard, and neither escalate nor impersonate is asked for', t => {
  for (const { apiGroups, resources, verbs } of rulesFor('v1/Secret', 'rbac.authorization.k8s.io/v1/Role')) {
    t.notOk(
      [...apiGroups, ...resources, ...verbs].some(word => ['*', 'escalate', 'impersonate'].includes(word)),
    );
  }
  t.end();
});

function rulesFor(...makes: string[]): Rule[] {
  const text = generateReconcilerRole([{ kinds: ['DataProduct'], makes }]);
  return (parse(text) as { rules: Rule[] }).rules;
}

function ruleOn(rules: readonly Rule[], resource: string): Rule | undefined {
  return rules.find(({ resources }) => resources.includes(resource));
}
