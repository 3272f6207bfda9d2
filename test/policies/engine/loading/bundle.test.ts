import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { create } from 'tar';
import { loadBundle } from '../../../../policies/engine/loading/bundle.ts';
import { BundleRejectedError } from '../../../../policies/engine/loading/bundle-rejected-error.ts';
import { buildHostile } from '../hostile-bundle.ts';
import { buildWithoutLimits, type Files, type Manifest, tamper, tamperManifest } from '../tampered-bundle.ts';

const good = await buildHostile('faulty');
const HOSTILE = join(import.meta.dirname, '../hostile');

/** The bundle is refused, and says why. */
async function refuses(test: Test, bytes: Uint8Array, ...faults: readonly RegExp[]): Promise<void> {
  try {
    await loadBundle(bytes);
    test.fail('it was accepted');
  } catch (error) {
    test.ok(error instanceof BundleRejectedError, String(error));
    for (const fault of faults) test.match((error as Error).message, fault);
  }
}

t.test('a bundle says what it is by itself, by its very bytes (CVE-2022-47633)', async t => {
  const bundle = await loadBundle(good);
  t.match(bundle.revision, /^[0-9a-f]{16}$/);
  t.equal(bundle.digest, createHash('sha256').update(good).digest('hex'));
  t.ok(bundle.policies.some(({ code }) => code === 'DM-TST-001'));
  t.strictSame(bundle.projection['Domain'], { spec: { meshRef: {}, enforcement: {}, description: {} } });
});

t.test('the digest that is expected decides, not the one that came along (CVE-2023-47630)', async t => {
  const digest = createHash('sha256').update(good).digest('hex');
  t.equal((await loadBundle(good, digest)).digest, digest);
  await t.rejects(
    loadBundle(
      good,
      digest.replace(/^./, first => (first === '0' ? '1' : '0')),
    ),
    BundleRejectedError,
  );
  const other = await tamperManifest(good, manifest => (manifest.revision = digest));
  await t.rejects(loadBundle(other, digest), /not the expected/);
});

const WASM_HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const TYPE_SECTION = [0x01, 0x04, 0x01, 0x60, 0x00, 0x00];
const IMPORT_SECTION = [
  0x02,
  0x0d,
  0x01,
  0x03,
  ...Buffer.from('env'),
  0x05,
  ...Buffer.from('fetch'),
  0x00,
  0x00,
];
/** A module that imports the function `env.fetch`. */
const IMPORTING = new Uint8Array([...WASM_HEADER, ...TYPE_SECTION, ...IMPORT_SECTION]);

const contents: readonly (readonly [title: string, change: (files: Files) => void, fault: RegExp])[] = [
  ['without a manifest', files => files.delete('.manifest'), /no \.manifest/],
  ['whose manifest is no JSON', files => files.set('.manifest', Buffer.from('{')), /\.manifest is not JSON/],
  ['whose manifest is null', files => files.set('.manifest', Buffer.from('null')), /METADATA/],
  [
    'whose manifest is a bomb (CVE-2023-42815)',
    files => files.set('.manifest', Buffer.from('['.repeat(3_000_000))),
    /not JSON/,
  ],
  ['without a module', files => files.delete('policy.wasm'), /no policy\.wasm/],
  ['whose module is text', files => files.set('policy.wasm', Buffer.from('(module)')), /does not compile/],
  [
    'whose module is empty',
    files => files.set('policy.wasm', new Uint8Array(WASM_HEADER)),
    /does not export opa_eval/,
  ],
  [
    'whose module imports more (CVE-2026-29773)',
    files => files.set('policy.wasm', IMPORTING),
    /it imports env\.fetch/,
  ],
  [
    'with data of its own',
    files => files.set('data.json', Buffer.from('{"inventory":{}}')),
    /data of its own/,
  ],
];
for (const [title, change, fault] of contents) {
  t.test(`a bundle ${title} is refused`, async t => refuses(t, await tamper(good, change), fault));
}

function customOf(manifest: Manifest, policy: string): Record<string, unknown> {
  const entry = manifest.wasm.find(({ entrypoint }) => entrypoint.includes(`/${policy}/`));
  return entry?.annotations?.[0]?.custom ?? {};
}

const manifests: readonly (readonly [title: string, change: (manifest: Manifest) => void, fault: RegExp])[] =
  [
    [
      'no list of entrypoints',
      manifest => Object.assign(manifest, { wasm: 'none' }),
      /not a list of entrypoints/,
    ],
    ['no entrypoints', manifest => void (manifest.wasm = []), /entrypoint .* is unknown/],
    [
      'no METADATA',
      manifest => manifest.wasm.forEach(entry => delete entry.annotations),
      /0 blocks on the rule/,
    ],
    [
      'no severity',
      manifest => delete customOf(manifest, 'denying')['severity'],
      /denying.*severity is missing/,
    ],
    [
      'an unknown key',
      manifest => (customOf(manifest, 'denying')['enforced'] = {}),
      /denying.*enforced is unknown/,
    ],
    [
      'an unknown level',
      manifest => (customOf(manifest, 'denying')['severity'] = 'none'),
      /"none" is none of low/,
    ],
    [
      'an unknown kind',
      manifest => (customOf(manifest, 'denying')['kinds'] = ['Pod']),
      /"Pod" is not allowed/,
    ],
    [
      'a code twice',
      manifest => (customOf(manifest, 'denying')['code'] = 'DM-TST-002'),
      /DM-TST-002 is taken by/,
    ],
    [
      'a code of another form',
      manifest => (customOf(manifest, 'denying')['code'] = 'OWN-1'),
      /"OWN-1" does not match/,
    ],
    [
      'a path of no kind',
      manifest => (customOf(manifest, 'denying')['inventory'] = ['Pod.spec.x']),
      /Pod\.spec\.x/,
    ],
    [
      'an entrypoint that the module lacks',
      manifest => {
        for (const entry of manifest.wasm)
          entry.entrypoint = entry.entrypoint.replace('/denying/', '/allowing/');
      },
      /no entrypoint dappmesh\/governance\/allowing\/violations/,
    ],
    [
      'an entrypoint of no family',
      manifest => manifest.wasm.push({ entrypoint: 'system/main/violations' }),
      /unknown entrypoint system\/main\/violations/,
    ],
  ];
for (const [title, change, fault] of manifests) {
  t.test(`a manifest with ${title} is refused`, async t =>
    refuses(t, await tamperManifest(good, change), fault),
  );
}

t.test('all faults of the METADATA are told at once', async t => {
  const bytes = await tamperManifest(good, manifest => {
    customOf(manifest, 'denying')['severity'] = 'none';
    customOf(manifest, 'chatty')['kinds'] = [];
  });
  await refuses(t, bytes, /denying/, /chatty/);
});

t.test('a revision that is no text is replaced by the digest', async t => {
  const bundle = await loadBundle(await tamperManifest(good, manifest => (manifest.revision = 7)));
  t.equal(bundle.revision, bundle.digest.slice(0, 12));
});

t.test(
  'a module that asks the host for more than it gives is refused, whatever the source looked like (CVE-2022-36085)',
  async t => {
    const bytes = await buildWithoutLimits(join(HOSTILE, 'calling-out'));
    const names = ['http.send', 'time.now_ns', 'rand.intn', 'opa.runtime', 'regex.split'];
    await refuses(
      t,
      bytes,
      ...names.map(name => new RegExp(`the built-in ${name.replace('.', '\\.')}, which no policy may`)),
    );
  },
);

t.test('the build refuses the same source (CVE-2026-4789)', async t => {
  await t.rejects(buildHostile('calling-out'), /undefined function http\.send/);
});

t.test('a module with an entrypoint more is refused (CVE-2025-46569)', async t => {
  const bytes = await buildWithoutLimits(join(HOSTILE, 'upgraded'), ['dappmesh/governance/denying']);
  await refuses(t, bytes, /entrypoint dappmesh\/governance\/denying/);
});

t.test('files that are no bundle at all are refused', async t => {
  await refuses(t, new Uint8Array(), /cannot be unpacked/);
  await refuses(t, Buffer.from('<html>not found</html>'), /cannot be unpacked/);
  await refuses(t, good.subarray(0, good.byteLength / 2), /cannot be unpacked/);
  await refuses(t, gzipSync(Buffer.from('not a tar archive'.repeat(100))), /no tar archive|no \.manifest/);
});

t.test('more bytes than a bundle may have are refused unread (CVE-2023-42813)', async t => {
  await refuses(t, randomBytes(32 * 1024 * 1024 + 1), /over the limit of 33554432/);
});

t.test('a small file that unpacks to more than a bundle may is refused (CVE-2023-42814)', async t => {
  const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024));
  t.ok(bomb.byteLength < 100_000);
  await refuses(t, bomb, /cannot be unpacked within 67108864 bytes/);
});

t.test('more files than a bundle may have are refused (CVE-2023-42816)', async t => {
  const dir = await mkdtemp(join(tmpdir(), 'dappmesh-many-'));
  t.teardown(() => rm(dir, { recursive: true }));
  const names = Array.from({ length: 2001 }, (_, i) => `f${i}`);
  for (const name of names) await writeFile(join(dir, name), '');
  await create({ file: join(dir, 'many.tar.gz'), cwd: dir, gzip: true }, names);
  await refuses(t, await readFile(join(dir, 'many.tar.gz')), /more than 2000 files/);
});

t.test('a policy whose METADATA is incomplete is not even built', async t => {
  await t.rejects(buildHostile('without-metadata'), /severity is missing/);
});
