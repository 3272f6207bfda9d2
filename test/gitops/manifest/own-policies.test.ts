// The component with which a cluster serves a bundle of its own.

import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import t from 'tap';
import { parseAllDocuments } from 'yaml';
import { findBinary } from '../../../tools/binaries.ts';
import { runCommand } from '../../../tools/run-command.ts';

const MANIFEST = join(import.meta.dirname, '../../../gitops/manifest');
const PATH = '/etc/dappmesh/bundle';

interface Deployment {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly args: readonly string[];
          readonly volumeMounts: readonly { readonly name: string }[];
        }[];
        readonly volumes: readonly { readonly name: string }[];
      };
    };
  };
}

t.test('both processes read the bundle of the ConfigMap, and nothing else changes', async t => {
  const plain = await deploymentsOf([]);
  const own = await deploymentsOf(['own-policies']);
  t.strictSame([...own.keys()], ['dappmesh-reconciler', 'dappmesh-webhook']);
  for (const [name, { spec }] of own) {
    const pod = spec.template.spec;
    const container = pod.containers[0];
    t.equal(container?.args.at(-1), `--bundle=${PATH}/bundle.tar.gz`);
    t.ok(container?.volumeMounts.some(mount => 'mountPath' in mount && mount.mountPath === PATH));
    t.match(
      pod.volumes.find(volume => volume.name === 'bundle'),
      { configMap: { name: 'dappmesh-bundle' } },
    );
    const before = plain.get(name)?.spec.template.spec.containers[0]?.args;
    t.strictSame(container?.args.slice(0, -1), before);
  }
});

async function deploymentsOf(components: readonly string[]): Promise<Map<string, Deployment>> {
  const base = join(t.testdirName, components.join() || 'plain');
  await mkdir(base, { recursive: true });
  const at = (folder: string): string => relative(base, join(MANIFEST, folder));
  const kustomization = { resources: [at('app')], components: components.map(at) };
  await writeFile(join(base, 'kustomization.yaml'), JSON.stringify(kustomization));
  const { code, stdout, stderr } = await runCommand(await findBinary('kubectl'), ['kustomize', base], {
    env: process.env,
  });
  if (code !== 0) throw new Error(stderr);
  const objects = parseAllDocuments(stdout).map(document => document.toJS() as Deployment);
  const deployments = objects.filter(({ kind }) => kind === 'Deployment');
  return new Map(deployments.map(object => [object.metadata.name, object]));
}
