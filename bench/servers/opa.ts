// The peer: `opa run --server` with the same Rego, the same data and the same certificate.

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generateEntrypoints } from '../../policies/bundle/entrypoints.ts';
import { inspectRules } from '../../policies/bundle/inspect.ts';
import { DEFAULT_SOURCES, readSources, type SourceFile } from '../../policies/bundle/sources.ts';
import { isPolicy, type Policy } from '../../policies/engine/verdict/policy.ts';
import { toTimestamp } from '../../policies/engine/verdict/review.ts';
import { KINDS } from '../../schemas/kinds.ts';
import { findBinary } from '../../tools/binaries.ts';
import { startChild } from '../../tools/children.ts';
import { freePorts } from '../../tools/free-ports.ts';
import { untilReady } from '../../tools/until-ready.ts';
import type { Identity } from './identity.ts';
import { post, type Said, type Server } from './server.ts';

const READY_MS = 60_000;

/** Starts OPA on `data`, the JSON text of inventory and indexes, and waits until it serves. */
export async function startOpa(dir: string, identity: Identity, data: Uint8Array): Promise<Server> {
  const rego = join(dir, 'rego');
  const policies = await writeRego(rego);
  await writeFile(join(dir, 'data.json'), data);
  const [port = 0] = await freePorts(1);
  const url = `https://127.0.0.1:${port}`;
  const tls = [`--tls-cert-file=${identity.certFile}`, `--tls-private-key-file=${identity.keyFile}`];
  const flags = [`--addr=${url}`, ...tls, '--log-level=error', '--disable-telemetry'];
  const child = await startChild(
    'opa',
    await findBinary('opa'),
    ['run', '--server', ...flags, rego, join(dir, 'data.json')],
    join(dir, 'opa.log'),
  );
  await untilReady(child, { url: `${url}/health`, caPem: identity.caPem, timeoutMs: READY_MS });
  return {
    name: 'opa run --server',
    target: { port, caPem: identity.caPem, pid: child.pid },
    toRequest: review => post('/v1/data/dappmesh/verdict/DataProduct', toInput(review)),
    readAnswer: body => readResult(body, policies),
    stop: () => child.stop(0),
  };
}

/** The sources of the bundle, the generated entrypoints included. */
async function writeRego(dir: string): Promise<Policy[]> {
  const sources = await readSources(DEFAULT_SOURCES);
  await writeFiles(dir, sources);
  const rules = await inspectRules(['.'], dir);
  await writeFiles(
    dir,
    generateEntrypoints(
      rules,
      KINDS.map(info => info.kind),
    ),
  );
  return rules.filter(isPolicy);
}

async function writeFiles(dir: string, files: readonly SourceFile[]): Promise<void> {
  for (const { file, text } of files) {
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), text);
  }
}

/** The review with the context that the engine would add to it. */
function toInput(review: Uint8Array): Buffer {
  const input = JSON.parse(Buffer.from(review).toString()) as Record<string, unknown>;
  return Buffer.from(
    JSON.stringify({ input: { ...input, context: { point: 'admission', now: toTimestamp(new Date()) } } }),
  );
}

function readResult(body: Buffer, policies: readonly Policy[]): Said {
  const { result } = JSON.parse(dechunked(body)) as { result: { violations: Record<string, unknown[]> } };
  const codes = Object.keys(result.violations).filter(code => result.violations[code]?.length !== 0);
  const levelOf = (code: string) => policies.find(policy => policy.code === code)?.enforce.admission;
  return {
    denied: codes.filter(code => levelOf(code) === 'deny').toSorted(),
    warned: codes.filter(code => levelOf(code) === 'warn').toSorted(),
  };
}

/** The text of a body, whose framing is still there if it came in chunks. */
function dechunked(body: Buffer): string {
  if (body[0] === 0x7b) return body.toString();
  let text = '';
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf('\r\n', at);
    const length = Number.parseInt(body.toString('latin1', at, lineEnd), 16);
    if (!(length > 0)) return text;
    text += body.toString('utf8', lineEnd + 2, lineEnd + 2 + length);
    at = lineEnd + 2 + length + 2;
  }
}
