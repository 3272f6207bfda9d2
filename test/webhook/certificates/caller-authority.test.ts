import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { createAuthority } from '../../../webhook/certificates/authority.ts';
import { followCallerAuthority } from '../../../webhook/certificates/caller-authority.ts';

const [first, second] = await Promise.all([createAuthority(new Date()), createAuthority(new Date())]);

function follow(t: Test, text: string) {
  const file = join(t.testdir({ 'ca.crt': text }), 'ca.crt');
  const authorities: string[] = [];
  const faults: unknown[] = [];
  const { check, stop } = followCallerAuthority({
    file,
    onAuthority: caPem => authorities.push(caPem),
    onFault: error => faults.push(error),
    pollMs: 3_600_000,
  });
  t.teardown(() => stop());
  return { file, authorities, faults, check };
}

function count(pem = ''): number {
  return pem.match(/BEGIN CERTIFICATE/g)?.length ?? 0;
}

t.test('a file that changes is taken up again, one that stays is not', async t => {
  const { file, authorities, check } = follow(t, first.certPem);
  await check();
  await check();
  t.strictSame(authorities.map(count), [1]);
  await writeFile(file, `# the successor\n${second.certPem}${first.certPem}`);
  await check();
  t.strictSame(authorities.map(count), [1, 2]);
});

for (const [title, text] of [
  ['empty', ''],
  ['no certificate', 'BEGIN CERTIFICATE'],
  ['partly broken', `${first.certPem}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`],
] as const) {
  t.test(`a file that is ${title} is a fault, and what was there before stays`, async t => {
    const { file, authorities, faults, check } = follow(t, first.certPem);
    await check();
    await writeFile(file, text);
    await check();
    t.ok(faults.length > 0);
    t.strictSame(authorities.map(count), [1]);
    await writeFile(file, second.certPem);
    await check();
    t.strictSame(authorities.map(count), [1, 1]);
  });
}

t.test('a file that is not there is a fault', async t => {
  const { file, authorities, faults, check } = follow(t, first.certPem);
  await rm(file);
  await check();
  t.match(faults[0], { code: 'ENOENT' });
  t.strictSame(authorities, []);
});
