// The generated validators are rewritten in places (shared shapes, split alternatives, limits, linear uniqueness).
// None of that may change a verdict: random changes to valid values are judged by plain Ajv too.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import t from 'tap';
import { readSchemas } from '../../schemas/generate/schema.ts';
import { validate as validateProduct } from '../../schemas/generated/validators/data-product.js';
import { validate as validateContract } from '../../schemas/generated/validators/odcs.js';
import { VALID_OBJECTS, VALID_ODCS } from './valid-objects.ts';
import { withChange } from './with-change.ts';

const FOLDER = join(import.meta.dirname, '../../schemas');

/** Every place of a value that exists, and one beside each that does not. */
function placesOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, child]) =>
    placesOf(child, path === '' ? key : `${path}.${key}`),
  );
  return [...(path === '' ? [] : [path, `${path}.extra`]), ...inner];
}

function changesOf(value: unknown): fc.Arbitrary<unknown> {
  const place = fc.constantFrom(...placesOf(value));
  const to = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(
      undefined,
      'Consumers',
      'timestamp',
      'map',
      'array',
      'kafka',
      's3',
      '1.0.0',
      ['a', 'a'],
      {},
    ),
  );
  return fc.array(fc.tuple(place, to), { minLength: 1, maxLength: 3 }).map(changes =>
    changes.reduce<unknown>((changed, [path, next]) => {
      try {
        return withChange(changed, path, next);
      } catch {
        // An earlier change took away the parent.
        return changed;
      }
    }, value),
  );
}

t.test('a contract document gets the verdict of the standard itself', async t => {
  const ajv = new Ajv2019({ strict: false });
  formats.default(ajv);
  const structure = await readFile(join(FOLDER, 'odcs/odcs-3.2.0.structure.json'), 'utf8');
  const original = ajv.compile(JSON.parse(structure));
  fc.assert(
    fc.property(changesOf(VALID_ODCS), document => validateContract(document) === original(document)),
    { numRuns: 2000 },
  );
  t.pass();
});

t.test('an object gets the verdict of its schema', async t => {
  const ajv = new Ajv2020({ strict: false });
  // The schema says in the API server's words which lists are sets.
  ajv.addKeyword({
    keyword: 'x-kubernetes-list-type',
    type: 'array',
    validate: (type: string, items: readonly unknown[]) =>
      type !== 'set' || new Set(items.map(item => JSON.stringify(item))).size === items.length,
  });
  formats.default(ajv);
  const { kinds } = await readSchemas(FOLDER);
  const original = ajv.compile(kinds.find(({ kind }) => kind === 'DataProduct')?.resolved ?? {});
  const unnamed = (object: unknown) => !JSON.stringify(object).includes('"metadata":{"name"');
  fc.assert(
    fc.property(
      // That generateName may stand for a name is the API server's rule, which the schema states as an extension.
      changesOf(VALID_OBJECTS.DataProduct).filter(object => !unnamed(object)),
      object => validateProduct(object) === original(object),
    ),
    { numRuns: 2000 },
  );
  t.pass();
});
