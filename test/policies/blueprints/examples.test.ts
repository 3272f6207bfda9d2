import t, { type Test } from 'tap';
import type { ChildObject } from '../../../policies/engine/children/blueprint-item.ts';
import { jsonEquals } from '../../../policies/engine/verdict/unchanged.ts';
import { freshBundle, startBuilding } from './building-engine.ts';
import { evaluateNatively, type NativeOutput } from './native-output.ts';
import { MESHES, type MeshOf, questionOf } from './retail-mesh.ts';

const folder = t.testdir();
const bundle = await freshBundle(folder);

/** Of each blueprint, every kind of object that it made for some object of the examples. */
const made = new Map(bundle.blueprints.map(({ name }) => [name, new Set<string>()]));

/** Of everything that was made. */
const specs: PodTemplate[] = [];

for (const mesh of MESHES) t.test(`the example mesh ${mesh.title}`, test => buildAll(test, mesh));

t.test('what a blueprint declares is what it makes', async t => {
  for (const { name, makes } of bundle.blueprints)
    t.strictSame([...(made.get(name) ?? [])].toSorted(), makes.toSorted(), name);
});

interface PodTemplate {
  readonly containers?: unknown;
  readonly jobTemplate?: { readonly spec: { readonly template: { readonly spec: PodTemplate } } };
  readonly template?: { readonly spec: PodTemplate };
  readonly automountServiceAccountToken?: boolean;
}

t.test(
  'no pod that is made is given a token (CVE-2026-41323, CVE-2026-40868, GHSA-8wfp-579w-6r25)',
  async t => {
    const pods = specs
      .map(spec => spec.jobTemplate?.spec.template.spec ?? spec.template?.spec)
      .filter(pod => pod?.containers !== undefined);
    t.ok(pods.length > 5);
    for (const pod of pods)
      t.equal(pod?.automountServiceAccountToken, false, JSON.stringify(pod).slice(0, 200));
  },
);

async function buildAll(t: Test, { objects, isWhole }: MeshOf): Promise<void> {
  const engine = await startBuilding(t, bundle, objects);
  const other = await startBuilding(t, bundle, objects.toReversed());
  const questions = objects.map(object => questionOf(object, objects));
  const natively = await evaluateNatively(folder, engine, questions);
  for (const [i, question] of questions.entries()) {
    const { kind, metadata } = objects[i] ?? { kind: '', metadata: { name: '' } };
    const what = `${kind} ${metadata.name}`;
    const built = await engine.build(question);
    t.strictSame(built.faults, [], `${what} is built without a fault`);
    if (isWhole) t.strictSame(built.waitsFor, [], `${what} waits for nothing`);
    t.strictSame(
      differing(built.objects, objectsOf(natively[i], metadata.namespace)),
      [],
      `${what} is built as native OPA says`,
    );
    t.equal(
      JSON.stringify(await other.build(question)),
      JSON.stringify(built),
      `${what} is built the same, byte for byte, in whatever order the mesh became known`,
    );
    note(natively[i]);
  }
}

function objectsOf(output: NativeOutput = {}, namespace: string | undefined): ChildObject[] {
  const home = namespace === undefined ? {} : { namespace };
  return Object.values(output)
    .flat()
    .flatMap(({ object }) =>
      object === undefined ? [] : [{ ...object, metadata: { ...home, ...object.metadata } }],
    );
}

/** Names of the objects that only one side has, or that the sides disagree about. */
function differing(one: readonly ChildObject[], other: readonly ChildObject[]): string[] {
  const [left, right] = [byName(one), byName(other)];
  const names = new Set([...left.keys(), ...right.keys()]);
  return [...names].filter(name => !jsonEquals(left.get(name), right.get(name)));
}

function byName(objects: readonly ChildObject[]): Map<string, ChildObject> {
  const nameOf = ({ apiVersion, kind, metadata: { namespace = '', name } }: ChildObject) =>
    `${apiVersion} ${kind} ${namespace}/${name}`;
  return new Map(objects.map(object => [nameOf(object), object]));
}

function note(output: NativeOutput = {}): void {
  for (const [blueprint, items] of Object.entries(output)) {
    for (const { object } of items) {
      if (object === undefined) continue;
      made.get(blueprint)?.add(`${object.apiVersion}/${object.kind}`);
      specs.push(object['spec'] ?? {});
    }
  }
}
