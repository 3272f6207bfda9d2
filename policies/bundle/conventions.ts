// What the compiler does not say about a Rego file: names, folders, declared scope, and one way to fail open.

import { COLLECTORS } from '../engine/verdict/plan.ts';
import { isPolicy, type Policy, type Rule, type Scope } from '../engine/verdict/policy.ts';

/** A Rego file with its syntax tree (`opa parse --format json`). */
export interface ParsedFile {
  /** From the root of the repository: `policies/governance/owner-present/owner-present.rego`. */
  readonly file: string;
  readonly text: string;
  readonly tree: Tree;
}

export interface Tree {
  readonly package: { readonly path: readonly Term[] };
  readonly rules?: readonly { readonly head: { readonly name?: string; readonly ref?: readonly Term[] } }[];
}

interface Term {
  readonly type: string;
  readonly value: unknown;
}

/** Words in a file that show what it reads. */
const TRACES: readonly (readonly [Scope, RegExp])[] = [
  ['old', /\boldObject\b/],
  ['user', /\buserInfo\b/],
  ['clock', /\bcontext\.now\b/],
  ['inventory', /\bdata\.(inventory|index|base)\b|\blib\.(vocabulary|contract)\b/],
];

/** Comparisons are false, not undefined, of what is absent when negated; any other call is undefined then. */
const COMPARISONS: ReadonlySet<string> = new Set(['eq', 'equal', 'neq', 'lt', 'lte', 'gt', 'gte']);

/** Faults of one file, none when it keeps the conventions. `rule` is the one that its METADATA describes. */
export function conventionFaults(parsed: ParsedFile, rule: Rule | undefined): string[] {
  const { file, tree } = parsed;
  const [, family = '', topic = '', isLib, stem = ''] =
    /^policies\/(\w+)\/((?:(lib)\/)?[\w-]+)\/([\w-]+)\.rego$/.exec(file) ?? [];
  const name = topic.split('/').at(-1) ?? '';
  const faults: string[] = [];
  if (stem !== name) faults.push(`it should be ${name}.rego, as its folder`);
  const wanted = `data.dappmesh.${family}.${topic.replaceAll('/', '.').replaceAll('-', '_')}`;
  const actual = tree.package.path.map(({ value }) => value).join('.');
  if (actual !== wanted) faults.push(`its package should be ${wanted.slice('data.'.length)}`);
  faults.push(...(isLib === undefined ? ruleFaults(parsed, rule) : libFaults(tree)), ...negationFaults(tree));
  return faults;
}

/** A folder keeps its one file of Rego and the tests of it. */
export function folderFaults(files: readonly string[]): string[] {
  const all = new Set(files);
  return files
    .filter(file => !file.endsWith('_test.rego') && !all.has(file.replace(/\.rego$/, '_test.rego')))
    .map(file => `${file} has no tests beside it`);
}

function ruleFaults({ text, tree }: ParsedFile, rule: Rule | undefined): string[] {
  if (rule === undefined) return ['no rule of it has METADATA with entrypoint: true'];
  const names = ruleNames(tree);
  const allowed = COLLECTORS[rule.family].field;
  const faults: string[] = names
    .filter(name => name !== allowed && !name.startsWith('_'))
    .map(name => `${name} is public: only ${allowed} is`);
  return isPolicy(rule) ? [...faults, ...scopeFaults(text, rule)] : faults;
}

function scopeFaults(text: string, policy: Policy): string[] {
  return TRACES.flatMap(([scope, trace]) => {
    const reads = trace.test(text);
    if (reads === policy.scope.includes(scope)) return [];
    return reads
      ? [`it reads ${scope}, which its scope lacks`]
      : [`its scope names ${scope}, which it does not read`];
  });
}

function libFaults(tree: Tree): string[] {
  return ruleNames(tree)
    .filter(name => /^(get|list)_/.test(name))
    .map(name => `${name} should be named after what it gives`);
}

/** `not f(input.x)` is undefined, hence silent, when `input.x` is absent: a fail-open that reads like a check. */
function negationFaults(tree: Tree): string[] {
  const faults: string[] = [];
  visit(tree, node => {
    if (node['negated'] !== true || !Array.isArray(node['terms'])) return;
    const [operator, ...operands] = node['terms'] as Term[];
    const name = partsOf(operator).join('.');
    const isComparison = COMPARISONS.has(name);
    if (operands.some(operand => readsDocument(operand, isComparison)))
      faults.push(`"not ${name}(…)" with an input or data path in it is undefined when that is absent`);
  });
  return faults;
}

function readsDocument(operand: Term, isDirectAllowed: boolean): boolean {
  if (operand.type === 'ref')
    return !isDirectAllowed && ['input', 'data'].includes(partsOf(operand)[0] ?? '');
  if (operand.type !== 'call') return false;
  return (operand.value as Term[]).slice(1).some(inner => readsDocument(inner, false));
}

/** `input.request.object` → its names in order. */
function partsOf(term: Term | undefined): string[] {
  return Array.isArray(term?.value) ? (term.value as Term[]).map(({ value }) => String(value)) : [];
}

function ruleNames(tree: Tree): string[] {
  const names = (tree.rules ?? []).map(({ head }) => head.name ?? String(head.ref?.[0]?.value));
  return [...new Set(names)];
}

function visit(node: unknown, see: (node: Record<string, unknown>) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) see(node as Record<string, unknown>);
  for (const child of Object.values(node)) visit(child, see);
}
