import { readFile } from 'node:fs/promises';
import t from 'tap';
import { exemptNamespaces } from '../../../webhook/configurations/exempt-namespaces.ts';
import { readShippedConfigurations } from '../../../webhook/configurations/shipped-configurations.ts';

const selecting = (...values: readonly string[][]) => ({
  metadata: { name: 'dappmesh' },
  webhooks: values.map((names, i) => ({
    name: String(i),
    clientConfig: {},
    namespaceSelector: {
      matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: names }],
    },
  })),
});

t.test('the shipped exemptions are the documented ones', async t => {
  const text = await readFile('docs/metrics.md', 'utf8');
  const line = /^Exempt namespaces: (.*?)\.( |$)/m.exec(text)?.[1] ?? '';
  const documented = [...line.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
  for (const configuration of await readShippedConfigurations('gitops/manifest/app', 'dappmesh')) {
    t.strictSame(exemptNamespaces(configuration), documented);
  }
});

t.test('a namespace is exempt if every webhook excludes it', t => {
  t.strictSame(exemptNamespaces(selecting(['b', 'a'])), ['a', 'b']);
  t.strictSame(exemptNamespaces(selecting(['a', 'b'], ['b', 'c'])), ['b']);
  t.end();
});

t.test('without a selector of names nothing is exempt', t => {
  t.strictSame(exemptNamespaces({ metadata: { name: 'dappmesh' } }), []);
  t.strictSame(
    exemptNamespaces({ metadata: { name: 'dappmesh' }, webhooks: [{ name: 'a', clientConfig: {} }] }),
    [],
  );
  t.end();
});
