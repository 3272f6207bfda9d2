import t from 'tap';
import { ApiError } from '../../cluster/api-error.ts';
import { createDiscovery, NotServedError } from '../../cluster/discovery.ts';
import type { ApiRequest } from '../../cluster/request.ts';

function served(resources: { name: string; kind: string; namespaced: boolean }[]) {
  const paths: string[] = [];
  const request = async ({ path }: ApiRequest) => {
    paths.push(path);
    if (path !== '/apis/example.com/v1')
      throw new ApiError({ status: 404, reason: 'NotFound', message: path });
    return { resources };
  };
  return { ...createDiscovery(request), paths };
}

const WIDGETS = { name: 'widgets', kind: 'Widget', namespaced: true };

t.test('a kind that was found is not asked for again until it is forgotten', async t => {
  const resources = [WIDGETS];
  const { discover, forget, paths } = served(resources);
  await discover('example.com/v1', 'Widget');
  await discover('example.com/v1', 'Widget');
  t.equal(paths.length, 1);
  forget('example.com/v1', 'Widget');
  resources[0] = { ...WIDGETS, name: 'gadgets' };
  t.match(await discover('example.com/v1', 'Widget'), { plural: 'gadgets' });
});

t.test('a kind that has gone is not served, nor is one whose group has', async t => {
  const { discover, forget } = served([]);
  forget('example.com/v1', 'Widget');
  await t.rejects(discover('example.com/v1', 'Widget'), NotServedError);
  await t.rejects(discover('example.com/v2', 'Widget'), NotServedError);
});

t.test('an API server that cannot answer says nothing about a kind', async t => {
  const failure = new ApiError({ status: 503, reason: '', message: 'away' });
  const { discover } = createDiscovery(() => Promise.reject(failure));
  await t.rejects(discover('example.com/v1', 'Widget'), failure);
});
