// What the blueprints of CloudNativePG and Strimzi make, against models generated from those projects' own
// definitions: the definitions themselves cannot be had from a registry. A validator tells wrong values, the compiler
// fields that nobody knows.

import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import type { ChildObject } from '../../../policies/engine/children/blueprint-item.ts';
import { findModels } from '../../../tools/crds.ts';
import { runCommand } from '../../../tools/run-command.ts';
import { freshBundle, startBuilding } from './building-engine.ts';
import { operatedMesh, PRODUCT, questionAbout } from './operators-mesh.ts';

/** Where the model of each kind is. */
const MODELS: Readonly<Record<string, string>> = {
  Cluster: '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Cluster',
  KafkaTopic: '@kubernetes-models/strimzi-kafka-operator/kafka.strimzi.io/v1/KafkaTopic',
  KafkaUser: '@kubernetes-models/strimzi-kafka-operator/kafka.strimzi.io/v1/KafkaUser',
};

const TSC = join(import.meta.dirname, '../../../node_modules/.bin/tsc');
const COMPILER = [
  '--ignoreConfig',
  '--noEmit',
  '--strict',
  '--skipLibCheck',
  '--module',
  'nodenext',
  '--target',
  'esnext',
];

const models = await findModels();
const engine = await startBuilding(t, await freshBundle(t.testdir()), await operatedMesh());
const { objects } = await engine.build(questionAbout(PRODUCT));
const modelled = objects.filter(({ kind }) => MODELS[kind] !== undefined);

t.test('each storage and stream port has its custom resources', t => {
  t.strictSame(
    modelled
      .map(({ kind, metadata }) => `${kind} ${metadata.name.replace(/-[0-9a-f]{8}$/, '-…')}`)
      .toSorted(),
    [
      'Cluster clicks-inbox',
      'Cluster clicks-marts',
      'KafkaTopic clicks-events',
      'KafkaUser clicks-events',
      'KafkaUser clicks-events-customer-segments-…',
    ],
  );
  t.end();
});

t.test('every value is one that the operator takes', async t => {
  for (const object of modelled) {
    t.equal(await faultOf(object), undefined, `${object.kind} ${object.metadata.name}`);
    const spoilt = { ...object, spec: 'nothing' };
    t.match(await faultOf(spoilt), /\/spec/, `a wrong ${object.kind} is told`);
  }
});

t.test('every field is one that the operator knows', async t => {
  const { code, stdout, stderr } = await compile(t.testdir(), modelled);
  t.equal(code, 0, stdout + stderr);
});

t.test('a field that the operator does not know is told', async t => {
  const spoilt = modelled.map(object => ({
    ...object,
    spec: { ...(object['spec'] as object), unheardOf: 'x' },
  }));
  const { stdout } = await compile(t.testdir(), spoilt);
  t.equal(stdout.match(/'"unheardOf"' does not exist/g)?.length, spoilt.length, stdout);
});

interface Model {
  validate(): void;
}

/** What the validator of the object's kind says; nothing when it has nothing against it. */
async function faultOf(object: ChildObject): Promise<string | undefined> {
  const { kind } = object;
  const url = pathToFileURL(join(models, `${MODELS[kind]}.js`)).href;
  const { [kind]: Kind } = (await import(url)) as Record<string, new (data: object) => Model>;
  if (Kind === undefined) throw new Error(`${url} has no ${kind}`);
  try {
    new Kind(object).validate();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Has the objects typed as literals, where a surplus field is an error at any depth. */
async function compile(folder: string, literals: readonly ChildObject[]) {
  const lines = literals.map(({ kind, ...rest }, index) => {
    const type = `import('${MODELS[kind]}').I${kind}`;
    return `export const object${index}: ${type} = ${JSON.stringify({ kind, ...rest })};`;
  });
  await symlink(models, join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{"type": "module"}');
  await writeFile(join(folder, 'objects.ts'), `${lines.join('\n')}\n`);
  // tap puts its loaders into every node process that it sees started, and the compiler does not start with them.
  return runCommand('env', ['NODE_OPTIONS=', TSC, ...COMPILER, 'objects.ts'], { cwd: folder });
}
