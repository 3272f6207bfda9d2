// `node policies/bundle/check.ts`: format, types, tests, coverage and conventions of all Rego.
// One line per result, `ok …` or `not ok …` with what is wrong under it; exits 1 when anything is.

import { join } from 'node:path';
import { ruleFile } from '../engine/loading/metadata.ts';
import { conventionFaults, folderFaults, type Tree } from './conventions.ts';
import { inspectRules } from './inspect.ts';
import { runOpa, tryOpa } from './opa.ts';
import { CAPABILITIES_FILE, DEFAULT_SOURCES, ROOT, readRego, SCHEMAS } from './sources.ts';

export interface CheckResult {
  readonly name: string;
  /** Nothing when it is in order. */
  readonly faults: readonly string[];
}

/** For one test. The 5 s of opa itself are too few where the machine is slow and busy. */
const TEST_TIMEOUT = '--timeout=2m';

/** Where the folders are; paths in results start there. */
interface Place {
  readonly sources: readonly string[];
  readonly root: string;
}

/** Runs every check on the folders given, from `root` on; results come one by one. */
export async function* checkPolicies(
  sources: readonly string[] = DEFAULT_SOURCES,
  root = ROOT,
): AsyncGenerator<CheckResult> {
  const place = { sources, root };
  const types = ['check', '--strict', `--schema=${join(ROOT, SCHEMAS)}`];
  yield command('format', ['fmt', '--list', '--fail', ...sources], root);
  // Tests may use what policies may not, so they are typed without the capabilities.
  const allowed = [`--capabilities=${join(ROOT, CAPABILITIES_FILE)}`, '--ignore=*_test.rego'];
  yield command('types and built-ins of policies', [...types, ...allowed, ...sources], root);
  yield command('types of tests', [...types, ...sources], root);
  yield* tests(place);
  yield* coverage(place);
  yield* conventions(place);
}

async function command(name: string, args: readonly string[], root: string): Promise<CheckResult> {
  const { code, stdout, stderr } = await tryOpa(args, root);
  return { name, faults: code === 0 ? [] : [`${stdout}${stderr}`.trim()] };
}

async function* tests({ sources, root }: Place): AsyncGenerator<CheckResult> {
  const { stdout, stderr } = await tryOpa(['test', '--format=json', TEST_TIMEOUT, ...sources], root);
  if (!stdout.startsWith('[')) yield { name: 'tests', faults: [`${stdout}${stderr}`.trim()] };
  else for (const result of JSON.parse(stdout) as TestReport[]) yield testResult(result);
}

interface TestReport {
  readonly location: { readonly file: string; readonly row: number };
  readonly name: string;
  readonly fail?: boolean;
  readonly error?: unknown;
}

function testResult({ location, name, fail, error }: TestReport): CheckResult {
  const place = `${location.file}:${location.row}`;
  const reason = error === undefined ? 'it fails' : JSON.stringify(error);
  return {
    name: `${location.file} ${name}`,
    faults: fail === true || error !== undefined ? [`${place}: ${reason}`] : [],
  };
}

/** Every line of a policy is run by some test; tests themselves need not be. */
async function* coverage({ sources, root }: Place): AsyncGenerator<CheckResult> {
  const { stdout } = await tryOpa(['test', '--coverage', '--format=json', TEST_TIMEOUT, ...sources], root);
  const report = stdout.startsWith('{') ? (JSON.parse(stdout) as CoverageReport) : { files: {} };
  for (const { file } of await readRego(sources, root)) {
    if (file.endsWith('_test.rego')) continue;
    const lines = report.files[file]?.not_covered ?? [];
    const isSeen = report.files[file] !== undefined;
    const faults = isSeen
      ? lines.map(({ start }) => `${file}:${start.row}: no test runs this`)
      : ['no test runs it'];
    yield { name: `coverage of ${file}`, faults };
  }
}

interface CoverageReport {
  readonly files: Readonly<
    Record<string, { readonly not_covered?: readonly { readonly start: { readonly row: number } }[] }>
  >;
}

async function* conventions({ sources, root }: Place): AsyncGenerator<CheckResult> {
  const rules = await inspectRules(sources, root).catch((error: Error) => error);
  if (rules instanceof Error) return yield { name: 'METADATA', faults: [rules.message] };
  const files = await readRego(sources, root);
  yield { name: 'tests beside every file', faults: folderFaults(files.map(({ file }) => file)) };
  for (const { file, text } of files) {
    if (file.endsWith('_test.rego')) continue;
    const tree = JSON.parse(await runOpa(['parse', '--format=json', file], root)) as Tree;
    const rule = rules.find(candidate => ruleFile(candidate) === file);
    yield { name: `conventions of ${file}`, faults: conventionFaults({ file, text, tree }, rule) };
  }
}

async function main(): Promise<number> {
  let failed = 0;
  for await (const { name, faults } of checkPolicies()) {
    if (faults.length > 0) failed += 1;
    process.stdout.write(`${faults.length === 0 ? 'ok' : 'not ok'} ${name}\n`);
    for (const fault of faults) process.stdout.write(`${fault.replaceAll(/^/gm, '  ')}\n`);
  }
  return failed === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main();
