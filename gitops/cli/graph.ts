// `dappmesh graph`: the mesh of a tree as a drawing.

import { CannotJudgeError } from './failure.ts';
import { toDot } from './graph/dot.ts';
import { toMermaid } from './graph/mermaid.ts';
import { toGraph } from './graph/mesh-graph.ts';
import { harmlessJson, printable } from './output/escape.ts';
import { selectPaths } from './selection.ts';
import { selectRevision } from './selection-git.ts';
import type { Shell } from './shell.ts';

export interface GraphOptions {
  readonly rev?: string;
  readonly tree?: string;
  readonly output: 'mermaid' | 'dot' | 'json';
}

/** Draws the named objects. A file that cannot be read would leave a hole in the drawing: CannotJudgeError. */
export async function graph(paths: readonly string[], options: GraphOptions, shell: Shell): Promise<void> {
  const { cwd, stdin } = shell;
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
  const named = [...tree.manifests.values()].filter(({ file }) => isNamed(file));
  const drawn = toGraph(named.map(({ object }) => object));
  switch (options.output) {
    case 'mermaid':
      return void shell.stdout.write(toMermaid(drawn));
    case 'dot':
      return void shell.stdout.write(toDot(drawn));
    case 'json':
      return void shell.stdout.write(`${harmlessJson(drawn)}\n`);
  }
}
