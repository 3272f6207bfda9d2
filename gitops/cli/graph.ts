// `dappmesh graph`: the mesh of a tree, of a cluster, or of a tree as it lives in a cluster, as a drawing.

import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import { CannotJudgeError } from './failure.ts';
import { toDot } from './graph/dot.ts';
import { toMermaid } from './graph/mermaid.ts';
import { type LiveMark, type LiveState, toGraph } from './graph/mesh-graph.ts';
import { stateOf, type Truth } from './live/object-state.ts';
import { type LiveObjects, listLiveObjects } from './live-objects.ts';
import { harmlessJson, printable } from './output/escape.ts';
import { startProgress } from './progress.ts';
import { selectPaths } from './selection.ts';
import { selectRevision } from './selection-git.ts';
import type { Shell } from './shell.ts';
import { keyOf } from './tree.ts';

export interface GraphOptions {
  readonly rev?: string;
  readonly tree?: string;
  readonly cluster?: boolean;
  readonly kubeconfig?: string;
  readonly output: 'mermaid' | 'dot' | 'json';
}

/**
 * Draws the named objects. With a cluster, each is marked as it lives there; without paths or revision, the cluster
 * itself is drawn. A file that cannot be read would leave a hole in the drawing: CannotJudgeError.
 */
export async function graph(paths: readonly string[], options: GraphOptions, shell: Shell): Promise<void> {
  const progress = startProgress(shell.stderr);
  try {
    if (options.cluster) progress.phase('reading the cluster');
    const live = options.cluster ? await listLiveObjects(options.kubeconfig) : undefined;
    const isWholeCluster = live !== undefined && paths.length === 0 && options.rev === undefined;
    const objects = isWholeCluster ? live.values() : await readTree(paths, options, shell);
    const drawn = toGraph(objects, live === undefined ? undefined : liveState(live, shell.now()));
    progress.end();
    switch (options.output) {
      case 'mermaid':
        return void shell.stdout.write(toMermaid(drawn));
      case 'dot':
        return void shell.stdout.write(toDot(drawn));
      case 'json':
        return void shell.stdout.write(`${harmlessJson(drawn)}\n`);
    }
  } finally {
    progress.end();
  }
}

async function readTree(
  paths: readonly string[],
  options: GraphOptions,
  { cwd, stdin }: Shell,
): Promise<MeshObject[]> {
  const { tree, isNamed } =
    options.rev === undefined
      ? await selectPaths(paths.length === 0 ? ['.'] : paths, { cwd, stdin, tree: options.tree })
      : await selectRevision(options.rev, { cwd, tree: options.tree, paths });
  const fault = tree.findings.find(
    ({ file, finding }) => isNamed(file) && finding.enforcement === 'deny',
  )?.finding;
  if (fault) {
    const place = `${printable(fault.file)}:${fault.line}:${fault.column}`;
    throw new CannotJudgeError(`${place} [${fault.code}] ${printable(fault.message)}`, fault.remedy);
  }
  return [...tree.manifests.values()].filter(({ file }) => isNamed(file)).map(({ object }) => object);
}

function liveState(live: LiveObjects, now: Date): LiveState {
  return {
    now,
    markOf: ({ kind, metadata }) => markOf(live.get(keyOf(kind, metadata.namespace, metadata.name))),
  };
}

function markOf(object: MeshObject | undefined): LiveMark {
  if (object === undefined) return { inCluster: false, ready: null, compliant: null };
  const { ready, compliant } = stateOf(object);
  return { inCluster: true, ready: toBoolean(ready), compliant: toBoolean(compliant) };
}

function toBoolean(truth: Truth): boolean | null {
  return truth === 'Unknown' ? null : truth === 'True';
}
