// `make demo`: the story of one spec, from git push to running objects, on a real control plane and a real git.

import { once } from 'node:events';
import { note } from './narrator.ts';
import { setStage } from './stage.ts';
import { tellStory } from './story.ts';

const keep = process.argv.includes('--keep');
const stage = await setStage();

try {
  await tellStory(stage);
  if (keep) await stayUp();
} catch (error) {
  console.error(`\nThe demo stopped: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await stage.stop();
}

async function stayUp(): Promise<void> {
  console.log(`
Everything is still running. Look around in another terminal:
  export KUBECONFIG=${stage.plane.kubeconfig}
  ${stage.kubectl} get dappmesh --all-namespaces
  ${stage.kubectl} explain dataproduct.spec
  npx dappmesh status
  ${stage.kubectl} get all,networkpolicies -n sales -l dappmesh.io/product=orders
  git clone ${stage.dir}/mesh.git
  curl ${stage.healthUrl}/metrics
  tail -f ${stage.dir}/*.log
Ctrl-C ends it and removes ${stage.dir}.`);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const pause = setInterval(() => {}, 60_000);
  await once(interrupted.signal, 'abort');
  clearInterval(pause);
  note('ending');
}
