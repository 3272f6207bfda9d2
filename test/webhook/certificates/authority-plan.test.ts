import t from 'tap';
import { type Authority, createAuthority, LEAF_LIFE_MS } from '../../../webhook/certificates/authority.ts';
import {
  type AuthoritySet,
  INTRODUCTION_MS,
  nextStep,
  takeStep,
  trustedPem,
} from '../../../webhook/certificates/authority-plan.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

function at(days: number): Date {
  return new Date(START + days * DAY);
}

t.test('through two years, a leaf is always trusted before it is served and until it ends', async t => {
  let set: AuthoritySet | null = null;
  const steps: string[] = [];
  /** When each authority stopped being trusted, and when the last leaf that it signed ended. */
  const trustedSince = new Map<string, number>();
  const leafUntil = new Map<string, number>();
  for (let time = START; time < START + 730 * DAY; time += DAY / 4) {
    const now = new Date(time);
    for (let step = nextStep(set, now); step !== 'keep'; step = nextStep(set, now)) {
      set = await takeStep(step, set, () => createAuthority(now));
      steps.push(step);
      if (step === 'introduce') break;
    }
    if (set === null) throw new Error('no authority');
    const pem = trustedPem(set);
    if (!trustedSince.has(set.current.certPem))
      t.equal(steps.length, 1, 'trusted before it signs, but for the first');
    for (const [certPem, until] of leafUntil) {
      if (!pem.includes(certPem)) t.ok(until <= time, 'forgotten only after its last leaf');
    }
    for (const authority of [set.current, set.next]) {
      if (authority !== undefined && !trustedSince.has(authority.certPem))
        trustedSince.set(authority.certPem, time);
    }
    leafUntil.set(set.current.certPem, time + LEAF_LIFE_MS);
  }
  t.strictSame(steps.slice(0, 7), [
    'create',
    'introduce',
    'promote',
    'forget',
    'introduce',
    'promote',
    'forget',
  ]);
});

t.test('an authority that ended unseen is replaced at once', async t => {
  const set = { current: await createAuthority(at(0)) };
  t.equal(nextStep(set, at(0)), 'keep');
  t.equal(nextStep(set, at(242)), 'keep');
  t.equal(nextStep(set, at(244)), 'introduce');
  t.equal(nextStep(set, at(366)), 'create');
  t.equal(nextStep(null, at(0)), 'create');
});

t.test('a successor signs only after every API server had time to learn of it', async t => {
  const now = at(244);
  const set = { current: await createAuthority(at(0)), next: await createAuthority(now) };
  t.equal(nextStep(set, new Date(now.getTime() + INTRODUCTION_MS - 1_000)), 'keep');
  t.equal(nextStep(set, new Date(now.getTime() + INTRODUCTION_MS)), 'promote');
});

t.test('each step changes what it says, and all that are trusted are in the bundle', async t => {
  const fresh = await createAuthority(at(1));
  const make = async (): Promise<Authority> => fresh;
  const current = await createAuthority(at(0));
  const introduced = await takeStep('introduce', { current }, make);
  t.strictSame(introduced, { current, next: fresh });
  t.equal(trustedPem(introduced), fresh.certPem + current.certPem);
  const promoted = await takeStep('promote', introduced, make);
  t.strictSame(promoted, { current: fresh, previousCertPem: current.certPem });
  t.equal(trustedPem(promoted), fresh.certPem + current.certPem);
  t.strictSame(await takeStep('forget', promoted, make), { current: fresh });
  t.equal(await takeStep('keep', promoted, make), promoted);
});
