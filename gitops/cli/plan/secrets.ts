// Secrets in a plan: the reconciler makes up passwords, a plan does not, and nobody is ever shown one.

import { COPY_ANNOTATION, GENERATE_ANNOTATION } from '../../../policies/engine/children/secret-readers.ts';
import { type Fields, fieldsOf, textOf } from '../live/fields.ts';
import { isMap } from '../read/manifests.ts';
import type { Change } from './changes.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const HIDDEN = '***';
/** In place of a value that the reconciler would make up; base64, as `data` wants it. */
const PLACEHOLDER = Buffer.from('made up by the reconciler').toString('base64');

/**
 * What the reconciler would apply: `stringData` as `data`, values that exist kept, and placeholders for those that it
 * would make up.
 */
export function withGenerated<Child extends Fields>(child: Child, live: Fields | undefined): Child {
  if (child['kind'] !== 'Secret') return child;
  const { stringData, ...rest } = child;
  const given = { ...fieldsOf(child['data']), ...encoded(fieldsOf(stringData)) };
  const keys = [GENERATE_ANNOTATION, COPY_ANNOTATION]
    .flatMap(annotation => askedKeys(child, annotation))
    .filter(key => !Object.hasOwn(given, key));
  const known = fieldsOf(live?.['data']);
  const made = keys.map(key => [key, known[key] ?? PLACEHOLDER]);
  const data = { ...given, ...Object.fromEntries(made) };
  return Object.keys(data).length === 0 ? child : ({ ...rest, data } as Fields as Child);
}

/** What a Secret holds as it lives; undefined when the reconciler has yet to make something up for it. */
export function dataThatLives(child: Fields, live: Fields | undefined): Fields | undefined {
  const data = fieldsOf(withGenerated(child, live)['data']);
  const known = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== PLACEHOLDER));
  return askedKeys(child, GENERATE_ANNOTATION).every(key => Object.hasOwn(known, key)) ? known : undefined;
}

function askedKeys(child: Fields, annotation: string): string[] {
  const { annotations } = fieldsOf(child['metadata']);
  return textOf(fieldsOf(annotations)[annotation])
    .split(',')
    .map(text => text.replace(/=.*$/, '').trim())
    .filter(key => key !== '');
}

function encoded(texts: Fields): Fields {
  return Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, Buffer.from(String(text)).toString('base64')]),
  );
}

/** The object with what is secret in it hidden. */
export function hideValues<Child extends Fields>(object: Child): Child {
  if (object['kind'] !== 'Secret') return object;
  const hide = (field: string): Fields =>
    isMap(object[field])
      ? { [field]: Object.fromEntries(Object.keys(fieldsOf(object[field])).map(key => [key, HIDDEN])) }
      : {};
  return { ...object, ...hide('data'), ...hide('stringData') };
}

/** The changes of an object of a kind with what is secret in them hidden: that something changes is no secret. */
export function hideChanges(kind: string, changes: readonly Change[]): Change[] {
  if (kind !== 'Secret') return [...changes];
  return changes.map(change => {
    const [first] = change.path;
    const isSecret = first === 'data' || first === 'stringData' || change.path.includes(LAST_APPLIED);
    if (!isSecret) return change;
    const { path } = change;
    return {
      path,
      ...('before' in change ? { before: HIDDEN } : {}),
      ...('after' in change ? { after: HIDDEN } : {}),
    };
  });
}
