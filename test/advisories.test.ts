// What went wrong elsewhere and must not here: every advisory that applies is in the title of a test that proves it.

import { globSync, readFileSync } from 'node:fs';
import t from 'tap';

/** By what was to be learned. */
const ADVISORIES: Readonly<Record<string, readonly string[]>> = {
  'a failed look-up is an error, not "no match"': ['CVE-2025-46342'],
  'objects on their way out are judged too': ['CVE-2023-34091'],
  'a fact is looked for in every field that can carry it': ['CVE-2023-33191'],
  'no list is forgotten': ['CVE-2023-2727', 'CVE-2023-2728', 'CVE-2024-3177'],
  'old and new are not mixed': ['CVE-2021-25735'],
  'exemptions count only from the allowed place, and never compose': [
    'CVE-2024-48921',
    'GHSA-gg4x-fgg2-h9w9',
  ],
  'what is not listed is denied': ['CVE-2026-29773', 'CVE-2026-42541'],
  'no token is lying about': ['CVE-2026-41323', 'CVE-2026-40868', 'GHSA-8wfp-579w-6r25'],
  'policies call nobody': [
    'CVE-2026-4789',
    'GHSA-fmqp-4wfc-w3v7',
    'GHSA-qr4g-8hrp-c4rw',
    'GHSA-459x-q9hg-4gpq',
  ],
  'a ban holds for what was compiled': ['CVE-2022-36085'],
  'a policy that throws or swells ends alone': ['CVE-2025-47281', 'CVE-2026-41485', 'CVE-2026-23881'],
  'a bundle has limits': ['CVE-2023-42813', 'CVE-2023-42814', 'CVE-2023-42815', 'CVE-2023-42816'],
  'what was verified is what is used': ['CVE-2022-47633', 'CVE-2023-47630'],
  'no key is ignored': ['CVE-2025-29778'],
  'TLS has a floor': ['GO-2023-1804'],
  'text stays text': ['CVE-2026-44245'],
  'a path is one of a few': ['CVE-2025-46569', 'CVE-2026-26205'],
  'input has limits': ['CVE-2019-11253', 'GHSA-vgf6-pvf4-34rq'],
  'the port is not for everybody': ['CVE-2025-1974'],
  'admission fails closed, and in time': ['TOB-OPAGK-005', 'TOB-OPAGK-006'],
};

const TITLES = globSync('test/**/*.test.ts')
  .filter(file => file !== 'test/advisories.test.ts')
  .map(file => readFileSync(file, 'utf8'))
  .join('\n');

for (const [lesson, ids] of Object.entries(ADVISORIES)) {
  t.test(`${lesson}: ${ids.join(', ')}`, async t => {
    for (const id of ids)
      t.ok(new RegExp(`\\(.*\\b${id}\\b.*\\)`).test(TITLES), `a test is named after ${id}`);
  });
}
