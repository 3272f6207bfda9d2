// The chapters, in order. Every line of output comes from the command shown above it.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_SOURCES } from '../../policies/bundle/sources.ts';
import { chapter, note, run, summary, until } from './narrator.ts';
import { type Player, player } from './player.ts';
import { startReplicas } from './replicas.ts';
import { copyExample, ROOT, type Stage, startWebhook, writeConfigurations } from './stage.ts';
import { startSync, synced } from './sync.ts';
import { startTraffic } from './traffic.ts';
import { tellUpkeep } from './upkeep.ts';

const ORDERS = 'domains/sales/orders/product.yaml';
/** By hand, but as the domain's sync account does it; Flux owns the fields. */
const AS_SALES = [
  '--server-side',
  '--force-conflicts',
  '--as=system:serviceaccount:sales:sales-sync',
] as const;
const ORDERS_SYNC = { name: 'orders', namespace: 'sales' };
const SYNC_MESSAGE = 'jsonpath={.status.conditions[?(@.type=="Ready")].message}';

/** Tells everything. Throws at the first thing that is not as told. */
export async function tellStory(stage: Stage): Promise<void> {
  const play = player(stage);
  await raiseCluster(stage, play);
  const replicas = await startReplicas(stage);
  const syncFile = await openRepository(stage, play);
  await pushGoodSpecs(stage, play, syncFile);
  await pushBadSpec(play);
  await goPastGit(play);
  await goPastHook(stage, play);
  await meetMissingReference(play);
  await tightenPolicy(stage, play);
  await tellUpkeep(stage, play, replicas);
  summary();
}

async function raiseCluster(stage: Stage, { kubectl }: Player): Promise<void> {
  chapter(
    'A cluster',
    'etcd, kube-apiserver and the rest run as plain processes; DappMesh is installed as on any cluster.',
  );
  await run(kubectl(['apply', '-f', join(ROOT, 'gitops/manifest/crds')], { lines: 10 }));
  await run(kubectl(['wait', '--for=condition=Established', 'crd', '--all'], { lines: 3 }));
  await run(kubectl(['apply', '-f', join(ROOT, 'gitops/manifest/app')], { lines: 24 }));
  note(
    'no image is built here: the Deployments have only played pods, and the real processes run beside the cluster',
  );
  await run(kubectl(['apply', '-f', await writeConfigurations(stage)]));
  await startWebhook(stage);
  const { authority } = await trustedAuthority(stage);
  note(
    `the webhook is ready; it wrote its CA into both configurations (${authority.length} characters of caBundle)`,
  );
}

/** Waits until the webhook has written its CA where the API server looks for it. */
async function trustedAuthority(stage: Stage): Promise<{ authority: string }> {
  for (let i = 0; i < 300; i++) {
    const path = 'jsonpath={.webhooks[0].clientConfig.caBundle}';
    const found = await Promise.all(
      ['validating', 'mutating'].map(kind =>
        stage.plane.kubectl(['get', `${kind}webhookconfiguration`, 'dappmesh', '-o', path]),
      ),
    );
    if (found.every(({ stdout }) => stdout !== '')) return { authority: found[0]?.stdout ?? '' };
    await sleep(100);
  }
  throw new Error('the webhook did not write its CA into the configurations');
}

async function openRepository(stage: Stage, { git, dappmesh, shell }: Player): Promise<string> {
  chapter('A repository', 'A bare repository refuses what the policies refuse; Flux syncs what it accepts.');
  await run(shell(['git', 'init', '--quiet', '--bare', '--initial-branch=main', 'mesh.git']));
  await run(dappmesh(['hook', 'install', stage.repository, '--bundle', stage.bundle]));
  await run(shell(['git', 'clone', '--quiet', stage.repository, 'mesh']));
  await copyExample(stage.work);
  await run(git(['add', '.']));
  const syncFile = await startSync(stage);
  note("Flux' source-controller and kustomize-controller run, and have not been told of the repository yet");
  return syncFile;
}

async function pushGoodSpecs(stage: Stage, play: Player, syncFile: string): Promise<void> {
  const { git, kubectl, dappmesh } = play;
  chapter(
    'A good push',
    'Three domains, eight products, contracts and agreements: judged, accepted, applied.',
  );
  await run(dappmesh(['check', '.']));
  await run(git(['commit', '--quiet', '--message=Start the retail mesh']));
  await run(git(['push', 'origin', 'main'], { contains: ['main -> main'], lines: 8 }));
  note('Flux takes the vocabulary and the domains first, then each product under the account of its domain');
  await run(kubectl(['apply', '-f', syncFile]));
  const products = ['wait', 'kustomization/products', '-n', 'flux-system', '--for=condition=Ready'] as const;
  await run(kubectl([...products, '--timeout=120s']));
  await synced(stage, play);
  await run(
    kubectl(['get', 'dataproducts,accessagreements', '--all-namespaces'], { contains: ['orders'], lines: 9 }),
  );
}

async function pushBadSpec({ git, edit }: Player): Promise<void> {
  chapter(
    'A bad push',
    'One edit breaks several rules. The push is refused with all of them, each with line and remedy.',
  );
  await edit(ORDERS, text =>
    text
      .replace('teamRef: checkout', 'teamRef: chekout')
      .replace('version: "1.2.0"', 'version: "1.2"')
      .replace('residency: eu-central', 'residency: us-east'),
  );
  await run(git(['commit', '--all', '--quiet', '--message=Move the orders']));
  await run(
    git(['push', 'origin', 'main'], {
      expect: 'refused',
      contains: ['DM-OWN-002', 'DM-VER-002', 'DM-SEC-001', `${ORDERS}:`, 'pre-receive hook declined'],
      lines: 60,
    }),
  );
}

async function goPastGit({ kubectl }: Player): Promise<void> {
  chapter(
    'Past git',
    'The same object sent straight to the API server meets the same policies, with the same codes.',
  );
  note('a missing team is a warning here: its Domain may arrive in the same sync');
  await run(
    kubectl(['apply', ...AS_SALES, '-f', ORDERS], {
      expect: 'refused',
      contains: ['denied the request', 'DM-VER-002', 'DM-SEC-001', 'DM-OWN-002'],
    }),
  );
}

async function goPastHook(stage: Stage, play: Player): Promise<void> {
  const { kubectl, git, shell } = play;
  chapter(
    'Past the hook',
    'A git host without hooks lets the same commit in. Flux syncs it, and hears the same codes from the API server.',
  );
  const fetch = ['git', '--git-dir', 'mesh.git', 'fetch', '--quiet', 'mesh'] as const;
  await run(shell([...fetch, '+main:main']));
  const message = [
    'kustomization',
    ORDERS_SYNC.name,
    '-n',
    ORDERS_SYNC.namespace,
    '-o',
    SYNC_MESSAGE,
  ] as const;
  const told = async () => (await stage.plane.kubectl(['get', ...message])).stdout;
  await until('Flux tells of the refusal', 60, async () => (await told()).includes('denied the request'));
  await run(kubectl(['get', ...message], { contains: ['DM-VER-002', 'DM-SEC-001'] }));
  note('what runs is what was admitted before:');
  const version = ['dataproduct', 'orders', '-n', 'sales', '-o', 'jsonpath={.spec.version}'] as const;
  await run(kubectl(['get', ...version], { contains: ['1.2.0'] }));
  note('taken back there, Flux recovers by itself:');
  await run(git(['reset', '--quiet', '--hard', 'origin/main']));
  await run(shell([...fetch, '+main:main']));
  const { name, namespace } = ORDERS_SYNC;
  const recovered = ['wait', `kustomization/${name}`, '-n', namespace, '--for=condition=Ready'] as const;
  await run(kubectl([...recovered, '--timeout=120s']));
}

async function meetMissingReference({ kubectl, git, edit }: Player): Promise<void> {
  chapter(
    'A missing reference',
    'A port names a contract that is not there: a warning at admission, where it may still arrive; a refusal at push.',
  );
  await edit(ORDERS, text => text.replaceAll('version: "1.2.0"', 'version: "1.3.0"'));
  await run(
    kubectl(['apply', ...AS_SALES, '--dry-run=server', '-f', ORDERS], {
      contains: ['Warning: [DM-VER-009]', 'serverside-applied'],
    }),
  );
  await run(git(['commit', '--all', '--quiet', '--message=Promise contract 1.3.0']));
  await run(git(['push', 'origin', 'main'], { expect: 'refused', contains: ['DM-VER-009'], lines: 40 }));
  await run(git(['reset', '--quiet', '--hard', 'origin/main']));
}

async function tightenPolicy(stage: Stage, play: Player): Promise<void> {
  const { kubectl, shell, edit, git } = play;
  chapter(
    'A tightened policy',
    'A new policy is compiled and swapped in while requests flow. No request is lost.',
  );
  const folder = join(import.meta.dirname, 'policies');
  await run(shell(['cat', join(folder, 'phone-contact/phone-contact.rego')]));
  const traffic = await startTraffic(stage.webhookUrl, join(stage.work, ORDERS));
  const sources = [...DEFAULT_SOURCES, folder];
  const main = join(ROOT, 'policies/bundle/main.ts');
  await run(shell([process.execPath, main, '--output', stage.bundle, '--sources', ...sources]));
  const replaced = performance.now();
  const live = (await traffic.denialOf('DM-OWN-099')) - replaced;
  const { sent, answered } = await traffic.stop();
  note(
    `live ${Math.max(0, Math.round(live))} ms after the file was replaced; ${answered} of ${sent} requests answered`,
  );
  if (answered !== sent) throw new Error(`${sent - answered} requests were not answered`);
  note('what is unchanged stays admitted, although no product has a phone:');
  await run(kubectl(['apply', ...AS_SALES, '-f', ORDERS], { contains: ['serverside-applied'] }));
  note('what is changed has to comply:');
  await edit(ORDERS, text => text.replace('displayName: Orders', 'displayName: All orders'));
  await run(
    kubectl(['apply', ...AS_SALES, '-f', ORDERS], {
      expect: 'refused',
      contains: ['DM-OWN-099'],
    }),
  );
  await edit(ORDERS, text =>
    text.replace('- {type: chat,', '- {type: phone, value: "+49 30 1234567"}\n      - {type: chat,'),
  );
  await run(git(['commit', '--all', '--quiet', '--message=Add a phone to the orders']));
  await run(git(['push', 'origin', 'main'], { contains: ['main -> main'], lines: 8 }));
  await synced(stage, play, ORDERS_SYNC);
}
