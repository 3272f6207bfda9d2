// `uniqueItems` in linear time. Ajv compares every pair of items that are no scalars: a list of 100,000 would keep
// an admission busy for minutes.

import { _, type Ajv, type KeywordCxt } from 'ajv';
import type { Ajv2019 } from 'ajv/dist/2019.js';
import { _Code } from 'ajv/dist/compile/codegen/code.js';

/** Puts this `uniqueItems` in place of Ajv's. */
export function useLinearUniqueItems(ajv: Ajv | Ajv2019): void {
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: '', params: ({ params }) => _`{i: ${params['i']}, j: ${params['j']}}` },
    code: findRepeated,
  });
}

function findRepeated(context: KeywordCxt): void {
  if (context.schema !== true) return;
  const { gen } = context;
  // The function becomes part of the generated module, so it may refer to nothing outside itself.
  const search = gen.scopeValue('func', { ref: firstRepeated, code: new _Code(firstRepeated.toString()) });
  const found = gen.const('repeated', _`${search}(${context.data})`);
  context.setParams({ i: _`${found}[0]`, j: _`${found}[1]` });
  context.fail(_`${found} !== undefined`);
}

/** Positions of the first two items that are equal as JSON, whatever the order of their keys. */
export function firstRepeated(list: readonly unknown[]): [first: number, second: number] | undefined {
  const seen = new Map();
  const inKeyOrder = (_key: string, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  for (let i = 0; i < list.length; i++) {
    const text = JSON.stringify(list[i], inKeyOrder);
    if (seen.has(text)) return [seen.get(text), i];
    seen.set(text, i);
  }
  return undefined;
}
