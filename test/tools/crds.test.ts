import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { findCrds } from '../../tools/crds.ts';

const PROJECTS = [
  ['cert-manager', 'cert-manager.io_certificates.yaml', 'Certificate'],
  ['kustomize-controller', 'kustomize.toolkit.fluxcd.io_kustomizations.yaml', 'Kustomization'],
  ['source-controller', 'source.toolkit.fluxcd.io_gitrepositories.yaml', 'GitRepository'],
  ['openreports', 'openreports.io_clusterreports.yaml', 'ClusterReport'],
  ['prometheus-operator', 'monitoring.coreos.com_servicemonitors.yaml', 'ServiceMonitor'],
] as const;

for (const [project, name, kind] of PROJECTS) {
  t.test(`${project} defines ${kind}`, async t => {
    const files = await findCrds(project);
    const file = files.find(path => basename(path) === name);
    t.match(parse(await readFile(file ?? '', 'utf8')), {
      kind: 'CustomResourceDefinition',
      spec: { names: { kind } },
    });
  });

  t.test(`${project} is found again without any command`, async t => {
    const files = await findCrds(project);
    t.strictSame(await findCrds(project, { env: { ...process.env, PATH: '' } }), files);
  });
}

t.test('what is neither kept nor to be fetched is an error, and nothing is left behind', async t => {
  const cache = t.testdir();
  await t.rejects(findCrds('cert-manager', { env: { PATH: '', XDG_CACHE_HOME: cache } }));
  await t.rejects(readFile(`${cache}/dappmesh/crds/cert-manager-v1.21.2.lock`), { code: 'ENOENT' });
});
