import t from 'tap';
import { FILE_FAULTS } from '../../../gitops/cli/file-faults.ts';
import type { TreeFiles } from '../../../gitops/cli/read/source-file.ts';
import type { Tree } from '../../../gitops/cli/tree.ts';
import { buildTree } from '../../../gitops/cli/tree-builder.ts';

const API = 'apiVersion: dappmesh.io/v1alpha1\n';

function object(kind: string, name: string, namespace?: string): string {
  const place = namespace === undefined ? '' : `\n  namespace: ${namespace}`;
  return `${API}kind: ${kind}\nmetadata:\n  name: ${name}${place}\nspec: {}\n`;
}

function treeOf(files: Readonly<Record<string, string>>): Tree {
  const sources = Object.entries(files).map(([path, text]) => ({ path, id: path, bytes: Buffer.from(text) }));
  return buildTree({ files: sources, unread: [] } satisfies TreeFiles);
}

function kustomization(text: string): string {
  return `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${text}`;
}

function findingsOf(tree: Tree): string[] {
  return tree.findings.map(({ file, finding }) => `${file}:${finding.line} ${finding.code}`).sort();
}

t.test('objects are found beside others, in several documents and in lists', async t => {
  const list = `apiVersion: v1\nkind: List\nitems:\n  - ${API}    kind: Domain\n    metadata: {name: a}\n  - {apiVersion: v1, kind: Secret}\n`;
  const typed = `${API}kind: DomainList\nitems:\n  - ${API}    kind: Domain\n    metadata: {name: b}\n`;
  const tree = treeOf({
    'all.yaml': `apiVersion: v1\nkind: Namespace\n---\n${object('Mesh', 'retail')}---\n${object('DataProduct', 'p', 'sales')}`,
    'list.yaml': list,
    'typed.yaml': typed,
    'mesh.json': JSON.stringify({
      apiVersion: 'dappmesh.io/v1alpha1',
      kind: 'EngineClass',
      metadata: { name: 'e' },
    }),
    'unrelated.yaml': 'just: text',
    'list-of-nothing.yaml': '- dappmesh.io',
  });
  t.strictSame(
    [...tree.manifests.keys()],
    ['Mesh//retail', 'DataProduct/sales/p', 'Domain//a', 'Domain//b', 'EngineClass//e'],
  );
  t.strictSame(tree.findings, []);
  t.equal(tree.others, 4);
  const inList = tree.manifests.get('Domain//a');
  t.match(inList?.locate(['metadata', 'name']), { line: 6, column: 22, source: '    metadata: {name: a}' });
});

/** name, text, finding, what it says */
const MISFITS: readonly [string, string, string, RegExp][] = [
  [
    'another version',
    'apiVersion: dappmesh.io/v1\nkind: Mesh\nmetadata: {name: a}\n',
    '1 DM-FILE-010',
    /v1alpha1/,
  ],
  ['no version', 'apiVersion: dappmesh.io\nkind: Mesh\nmetadata: {name: a}\n', '1 DM-FILE-010', /v1alpha1/],
  ['another kind', `${API}kind: DataProdcut\nmetadata: {name: a}\n`, '2 DM-FILE-011', /DataProduct/],
  ['no name', `${API}kind: Mesh\nmetadata:\n  labels: {}\n`, '3 DM-FILE-013', /no name/],
  ['no metadata', `${API}kind: Mesh\n`, '1 DM-FILE-013', /no name/],
  ['a generated name', `${API}kind: Mesh\nmetadata: {generateName: a-}\n`, '3 DM-FILE-013', /generateName/],
  ['a number for a name', `${API}kind: Mesh\nmetadata: {name: 7}\n`, '3 DM-FILE-013', /no name/],
  ['no namespace', object('DataProduct', 'a'), '3 DM-FILE-012', /namespace/],
  ['an empty namespace', object('DataProduct', 'a', '""'), '5 DM-FILE-012', /namespace/],
  ['a trap', `${object('Mesh', 'a')}extra: yes\n`, '6 DM-FILE-007', /yes/],
];

for (const [name, text, finding, says] of MISFITS) {
  t.test(`an object with ${name} is a finding`, async t => {
    const tree = treeOf({ 'x.yaml': text });
    t.strictSame(findingsOf(tree), [`x.yaml:${finding}`]);
    t.match(tree.findings[0]?.finding.message, says);
    t.equal(tree.manifests.size, name === 'a trap' ? 1 : 0);
  });
}

t.test('a namespace on a cluster-wide object is taken away and said', async t => {
  const tree = treeOf({ 'x.yaml': object('Mesh', 'a', 'sales') });
  t.strictSame(findingsOf(tree), ['x.yaml:5 DM-FILE-018']);
  t.strictSame(tree.manifests.get('Mesh//a')?.object.metadata, { name: 'a' });
});

t.test('an object that is named twice is reported at both places', async t => {
  const tree = treeOf({
    'a.yaml': object('Mesh', 'a'),
    'b.yaml': `${object('Mesh', 'b')}---\n${object('Mesh', 'a')}`,
  });
  t.strictSame(findingsOf(tree), ['a.yaml:4 DM-FILE-009', 'b.yaml:10 DM-FILE-009']);
  t.match(tree.findings[0]?.finding.message, /also defined in b\.yaml:7/);
});

t.test('the namespace of a Kustomization is the namespace of its objects', async t => {
  const tree = treeOf({
    'base/kustomization.yaml': kustomization('resources: [p.yaml, ./q.yaml]\n'),
    'base/p.yaml': object('DataProduct', 'p'),
    'base/q.yaml': object('DataProduct', 'q', 'other'),
    'prod/kustomization.yaml': kustomization('resources: [../base/]\nnamespace: sales\n'),
    'alone/p.yaml': object('DataProduct', 'p', 'alone'),
  });
  t.strictSame([...tree.manifests.keys()].sort(), [
    'DataProduct/alone/p',
    'DataProduct/sales/p',
    'DataProduct/sales/q',
  ]);
  t.strictSame(tree.findings, []);
});

t.test('an object in several namespaces is judged in the first and said', async t => {
  const tree = treeOf({
    'base/kustomization.yaml': kustomization('resources: [p.yaml]\n'),
    'base/p.yaml': object('DataProduct', 'p'),
    'b/kustomization.yaml': kustomization('resources: [../base]\nnamespace: b\n'),
    'a/kustomization.yaml': kustomization(
      'resources: [../base, https://example.com/x, ../../outside]\nnamespace: a\n',
    ),
  });
  t.strictSame([...tree.manifests.keys()], ['DataProduct/a/p']);
  t.strictSame(findingsOf(tree), ['base/p.yaml:3 DM-FILE-020']);
});

t.test('Kustomizations that include each other do not hang', async t => {
  const tree = treeOf({
    'a/kustomization.yaml': kustomization('resources: [../b, p.yaml]\nnamespace: a\n'),
    'b/kustomization.yaml': kustomization('resources: [../a]\n'),
    'a/p.yaml': object('DataProduct', 'p', 'own'),
  });
  t.equal(tree.manifests.size, 1);
});

t.test('a patch is a fragment and is not judged', async t => {
  for (const listing of [
    'patches: [{path: patch.yaml}]',
    'patchesStrategicMerge: [patch.yaml]',
    'patches:\n  - path: patch.yaml\n    target: {kind: DataProduct}\n',
  ]) {
    const tree = treeOf({
      'kustomization.yaml': kustomization(`resources: [p.yaml]\n${listing}\n`),
      'p.yaml': object('DataProduct', 'p', 'sales'),
      'patch.yaml': `${API}kind: DataProduct\nmetadata: {name: p}\nspec: {tier: gold}\n`,
    });
    t.strictSame([...tree.manifests.keys()], ['DataProduct/sales/p'], listing);
    t.ok(findingsOf(tree).includes('patch.yaml:1 DM-FILE-015'), listing);
  }
});

t.test('a file cannot be declared a patch from elsewhere, nor while it is a resource', async t => {
  const tree = treeOf({
    'evil/kustomization.yaml': kustomization('patches: [{path: ../p.yaml}]\n'),
    'kustomization.yaml': kustomization('resources: [q.yaml]\npatches: [{path: q.yaml}]\n'),
    'p.yaml': object('DataProduct', 'p', 'sales'),
    'q.yaml': object('DataProduct', 'q', 'sales'),
  });
  t.strictSame([...tree.manifests.keys()].sort(), ['DataProduct/sales/p', 'DataProduct/sales/q']);
});

t.test('what a Kustomization changes besides is said, if it concerns DappMesh', async t => {
  const tree = (text: string): Tree =>
    treeOf({
      'kustomization.yaml': kustomization(`resources: [p.yaml]\n${text}\n`),
      'p.yaml': object('DataProduct', 'p', 'sales'),
      'others/kustomization.yaml': kustomization('namePrefix: x-\n'),
    });
  for (const text of [
    'namePrefix: x-',
    'commonLabels: {a: b}',
    'patches: [{target: {kind: DataProduct}, patch: "[]"}]',
  ]) {
    t.strictSame(findingsOf(tree(text)), ['kustomization.yaml:1 DM-FILE-015'], text);
  }
  for (const text of [
    'images: []',
    'patches: [{target: {kind: Deployment}, patch: "[]"}]',
    'namespace: sales',
  ]) {
    t.strictSame(findingsOf(tree(text)), [], text);
  }
});

t.test('files that are not read are findings of their own', async t => {
  const tree = buildTree({ files: [], unread: [{ path: 'x.yaml', code: 'DM-FILE-004', message: 'large' }] });
  t.match(tree.findings, [
    { file: 'x.yaml', finding: { code: 'DM-FILE-004', enforcement: 'deny', file: 'x.yaml', line: 1 } },
  ]);
});

t.test('the table of file faults is complete and in order', async t => {
  t.strictSame(
    FILE_FAULTS.map(({ code }) => code),
    FILE_FAULTS.map((_, i) => `DM-FILE-${String(i + 1).padStart(3, '0')}`),
  );
  for (const { code, title, description, remedy } of FILE_FAULTS) {
    for (const text of [title, description, remedy]) t.match(text, /^\S.{2,}/, code);
  }
});
