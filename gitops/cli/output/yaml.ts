// Data as YAML, for people and for kubectl. Text that would act on a terminal is quoted and escaped.

import { Document, isScalar, Scalar, visit } from 'yaml';

/** What must not reach a terminal or turn the direction of a line around; line breaks and tabs are YAML's business. */
const UNPRINTABLE = /(?![\n\t])\p{Cc}|[\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** One document, its keys in the order that they have. Reading it gives the same value. */
export function toYaml(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, (_, node) => {
    if (isScalar(node) && typeof node.value === 'string' && node.value.search(UNPRINTABLE) !== -1)
      node.type = Scalar.QUOTE_DOUBLE;
  });
  const text = document.toString({ lineWidth: 0 });
  return text.replace(
    UNPRINTABLE,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
