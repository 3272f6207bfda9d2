import t from 'tap';
import { closestName } from '../../schemas/closest-name.ts';

const NAMES = ['version', 'outputPorts', 'inputPorts', 'owner', 'tags', 'tier'];

t.test('the name that was meant is found', async t => {
  const cases: [misspelt: string, meant: string | undefined][] = [
    ['versions', 'version'],
    ['Version', 'version'],
    ['outputport', 'outputPorts'],
    ['ouputPorts', 'outputPorts'],
    ['onwer', 'owner'],
    ['tag', 'tags'],
    ['tyre', undefined],
    ['x', undefined],
    ['somethingElse', undefined],
  ];
  for (const [misspelt, meant] of cases) t.equal(closestName(misspelt, NAMES), meant, misspelt);
});

t.test('the order of the names does not decide', async t => {
  t.equal(closestName('tbgs', ['tags', 'tugs']), closestName('tbgs', ['tugs', 'tags']));
});
