// A reference page per kind: every field, its type, its default, what it means.

import { API_VERSION } from '../api-version.ts';
import { isFree, type KindSchema, type SchemaNode, type Schemas } from './schema.ts';

const FOLDER = 'docs/reference/kinds';
const BANNER = '<!-- Generated from the JSON Schemas by schemas/generate.ts; do not edit. -->';

/** `docs/reference/kinds/*.md`: one page per kind and a page that lists them. */
export function generateReference(schemas: Schemas): Map<string, string> {
  const files = new Map<string, string>();
  for (const kind of schemas.kinds) files.set(`${FOLDER}/${kind.slug}.md`, kindPage(kind));
  files.set(`${FOLDER}/README.md`, listPage(schemas));
  return files;
}

function listPage({ kinds }: Schemas): string {
  const rows = kinds.map(({ kind, slug, extension, written }) => {
    const names = extension.shortNames.map(name => `\`${name}\``).join(', ');
    return `| [${kind}](${slug}.md) | ${scopeOf(extension.scope)} | ${names} | ${cell(written.description ?? '')} |`;
  });
  const head = ['| kind | scope | short names | says |', '|---|---|---|---|'];
  return [BANNER, '', '# The kinds', '', `All are of \`${API_VERSION}\`.`, '', ...head, ...rows, ''].join(
    '\n',
  );
}

function kindPage({ kind, extension, resolved }: KindSchema): string {
  const { plural, scope, shortNames } = extension;
  const names = [plural, ...shortNames].map(name => `\`${name}\``).join(', ');
  const sections = ['spec', 'status'].flatMap(name => {
    const node = resolved.properties?.[name];
    return node === undefined ? [] : section(name, node);
  });
  const facts = `\`apiVersion: ${API_VERSION}\`, \`kind: ${kind}\`; ${scopeOf(scope)}; for kubectl ${names}.`;
  return [BANNER, '', `# ${kind}`, '', resolved.description ?? '', '', facts, '', ...sections].join('\n');
}

function scopeOf(scope: 'Cluster' | 'Namespaced'): string {
  return scope === 'Cluster' ? 'belongs to the cluster' : 'belongs to a namespace';
}

function section(name: string, node: SchemaNode): string[] {
  const head = ['| field | type | default | description |', '|---|---|---|---|'];
  const rows = fieldRows(name, node);
  const rules = ruleLines(name, node);
  const rulePart = rules.length === 0 ? [] : ['Rules between fields:', '', ...rules, ''];
  return [`## ${name}`, '', node.description ?? '', '', ...head, ...rows, '', ...rulePart];
}

/** Depth first, in the order of the schema: a field is followed by what is inside it. */
function fieldRows(path: string, node: SchemaNode): string[] {
  const required = new Set(node.required);
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const place = `${path}.${name}`;
    const needed = required.has(name) ? ', required' : '';
    const value = child.default === undefined ? '' : `\`${JSON.stringify(child.default)}\``;
    const row = `| \`${place}\` | ${cell(typeOf(child))}${needed} | ${value} | ${cell(child.description ?? '')} |`;
    return [row, ...fieldRows(place, child), ...fieldRows(`${place}[]`, child.items ?? {})];
  });
}

function ruleLines(path: string, node: SchemaNode): string[] {
  const own = (node['x-dappmesh-rules'] ?? []).map(({ message }) => `- \`${path}\`: ${message}.`);
  const inner = Object.entries(node.properties ?? {}).flatMap(([name, child]) => [
    ...ruleLines(`${path}.${name}`, child),
    ...ruleLines(`${path}.${name}[]`, child.items ?? {}),
  ]);
  return [...own, ...inner];
}

function typeOf(node: SchemaNode): string {
  if (isFree(node)) return 'any keys and values';
  if (node.enum !== undefined) return `one of ${node.enum.map(value => `\`${String(value)}\``).join(', ')}`;
  if (node.type === 'array') return listType(node);
  if (node.format === 'date-time') return 'timestamp';
  return [node.type, bounds(node)].filter(part => part !== '').join(', ');
}

function listType(node: SchemaNode): string {
  const keys = node['x-kubernetes-list-map-keys'];
  const by = keys === undefined ? '' : ` by ${keys.map(key => `\`${key}\``).join(', ')}`;
  const kind = node['x-kubernetes-list-type'] === 'set' ? 'set' : 'list';
  const item = node.items?.properties === undefined ? typeOf(node.items ?? {}) : 'object';
  return `${kind} of ${item}${by}${node.maxItems === undefined ? '' : `, at most ${node.maxItems}`}`;
}

function bounds({ minimum, maximum, maxLength }: SchemaNode): string {
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (minimum !== undefined) return `at least ${minimum}`;
  return maxLength === undefined ? '' : `at most ${maxLength} characters`;
}

/** A bar would end the cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
