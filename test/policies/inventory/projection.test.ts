import t from 'tap';
import { covers, project, toProjection } from '../../../policies/inventory/projection.ts';
import { meshObject, product } from '../engine/question.ts';

t.test('only declared paths are kept, through lists too', async t => {
  const projection = toProjection(['Domain.spec.teams.name', 'Domain.spec.description']);
  const domain = meshObject('Domain', 'sales', {
    description: { long: ['kept', 'whole'] },
    teams: [{ name: 'orders', contacts: [{ value: 'dropped' }] }, { contacts: [] }, 'odd', null],
    namespaces: ['dropped'],
  });
  t.strictSame(project(projection, domain), {
    spec: {
      description: { long: ['kept', 'whole'] },
      teams: [{ name: 'orders' }, {}, 'odd', null],
    },
  });
});

t.test('neither status nor metadata is kept, whatever policies declare elsewhere', async t => {
  const object = {
    ...product('orders', { version: '1.0.0', domainRef: 'sales' }),
    status: { phase: 'Ready' },
  };
  t.strictSame(project(toProjection(['DataProduct.spec.version']), object), {
    spec: { version: '1.0.0', domainRef: 'sales' },
  });
});

t.test('what the host reads itself is kept without any policy', async t => {
  const projection = toProjection([]);
  const mesh = meshObject('Mesh', 'retail', { enforcement: [{ code: 'DM-OWN-001' }], regions: ['dropped'] });
  t.strictSame(project(projection, mesh), { spec: { enforcement: [{ code: 'DM-OWN-001' }] } });
  const exemption = meshObject('PolicyExemption', 'x', {
    policy: 'DM-OWN-001',
    reason: 'dropped',
    expires: 'z',
  });
  t.strictSame(project(projection, exemption), { spec: { policy: 'DM-OWN-001', expires: 'z' } });
});

t.test('a kind of which nothing is read keeps its bare existence', async t => {
  t.strictSame(project(toProjection([]), meshObject('EngineClass', 'postgres', { role: 'sql' })), {});
});

const orders: readonly (readonly string[])[] = [
  ['Domain.spec.teams', 'Domain.spec.teams.name', 'Domain.spec.teams.contacts.value'],
  ['Domain.spec.teams.name', 'Domain.spec.teams', 'Domain.spec.teams.contacts.value'],
  ['Domain.spec.teams.contacts.value', 'Domain.spec.teams.name', 'Domain.spec.teams'],
];
for (const paths of orders) {
  t.test(`a path keeps all below it, in the order ${paths.join(', ')}`, async t => {
    const teams = [{ name: 'orders', groups: ['a'], contacts: [{ type: 'chat', value: '#orders' }] }];
    t.strictSame(project(toProjection(paths), meshObject('Domain', 'sales', { teams })), { spec: { teams } });
  });
}

t.test('a wider projection covers a narrower one, not the reverse', async t => {
  const narrow = toProjection(['Domain.spec.teams.name']);
  const wide = toProjection(['Domain.spec.teams', 'Mesh.spec.regions']);
  t.equal(covers(wide, narrow), true);
  t.equal(covers(narrow, wide), false);
  t.equal(covers(narrow, narrow), true);
  t.equal(covers(narrow, toProjection([])), true);
  t.equal(covers(toProjection(['EngineClass.spec.role']), toProjection(['EngineClass.spec'])), false);
});
