import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { INDEX_NAMES } from '../../policies/inventory/indexes.ts';
import { INDEXES } from '../../schemas/generate/rego-inputs.ts';
import { KINDS } from '../../schemas/kinds.ts';
import { findBinary } from '../../tools/binaries.ts';

const SCHEMAS = join(import.meta.dirname, '../../schemas/generated/rego');
const run = promisify(execFile);
const opa = await findBinary('opa');

/** What `opa check --strict` says about a rule with this body, judged against these input types. */
async function check(folder: string, schema: string, body: string): Promise<string> {
  const file = join(folder, 'policy.rego');
  await writeFile(
    file,
    `package sample

# METADATA
# scope: rule
# schemas:
#   - input: schema["${schema}"]
#   - data.inventory: schema["inventory"]
#   - data.index: schema["index"]
violations contains "x" if {
	${body}
}
`,
  );
  const result = await run(opa, ['check', '--strict', '--schema', SCHEMAS, file]).catch(error => error);
  return String(result.stderr);
}

t.test('what a policy may read passes', async t => {
  const folder = t.testdir();
  const bodies: [schema: string, body: string][] = [
    ['review-data-product', 'input.request.object.spec.owner.teamRef == "x"'],
    ['review-data-product', 'some port in input.request.object.spec.outputPorts; port.contractRef.id == "x"'],
    ['review-data-product', 'input.request.object.spec.storage[_].parameters.any.thing == 1'],
    ['review-data-product', 'input.request.object.metadata.labels["dappmesh.io/domain"] == "x"'],
    ['review-data-product', 'input.request.oldObject.spec.domainRef != input.request.object.spec.domainRef'],
    ['review-data-product', 'input.request.userInfo.groups[_] == input.context.point'],
    ['review-data-contract', 'input.request.object.spec.odcs.schema[_].properties[_].classification == "x"'],
    [
      'review-data-contract',
      'input.request.object.spec.odcs.schema[_].properties[_].properties[_].tags[_] == "x"',
    ],
    ['review-data-contract', 'input.request.object.spec.odcs.servers[_].regionName == "x"'],
    ['review-data-contract', 'input.request.object.spec.odcs.team.members[_].username == "x"'],
    ['review-data-contract', 'input.context.structure[_].path[0] == "spec"'],
    ['review-any', 'input.request.object.spec.domainRef == input.request.object.spec.productRef'],
    ['review-any', 'data.inventory.Domain[input.request.name].spec.teams[_].name == "x"'],
    ['review-any', 'data.index.input_edges[input.request.namespace][input.request.name].sales.orders'],
  ];
  for (const [schema, body] of bodies) t.equal(await check(folder, schema, body), '', body);
});

t.test('a misspelt field is a build error', async t => {
  const folder = t.testdir();
  const bodies: [schema: string, body: string][] = [
    ['review-data-product', 'input.request.object.spec.owner.teamref == "x"'],
    ['review-data-product', 'some port in input.request.object.spec.outputPorts; port.contractref.id == "x"'],
    ['review-data-product', 'input.request.object.status.snapshot == "x"'],
    ['review-data-product', 'input.request.userInfo.group[_] == "x"'],
    ['review-data-product', 'input.context.nwo == "x"'],
    ['review-data-product', 'input.object.spec.owner == "x"'],
    ['review-data-contract', 'input.request.object.spec.odcs.schema[_].properties[_].clasification == "x"'],
    ['review-any', 'input.request.object.spec.domainref == "x"'],
    ['review-any', 'data.inventory.Domains[input.request.name].spec.teams[_].name == "x"'],
    ['review-any', 'data.index.input_edge[input.request.namespace].orders'],
  ];
  for (const [schema, body] of bodies) {
    t.match(await check(folder, schema, body), 'rego_type_error: undefined ref', body);
  }
});

t.test('each kind has a review of its own', async t => {
  const folder = t.testdir();
  for (const { slug } of KINDS) {
    t.equal(await check(folder, `review-${slug}`, 'input.request.object.metadata.name == "x"'), '');
  }
});

t.test('the typed questions are those that the inventory answers', async t => {
  t.same([...INDEXES], [...INDEX_NAMES].sort());
});
