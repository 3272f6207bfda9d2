// One compiled validator as an ES module: Ajv's standalone code with imports for its `require`s, and with an end to
// how many errors a list or a map may produce.

import type { Ajv } from 'ajv';
import type { Ajv2019 } from 'ajv/dist/2019.js';
import standalone from 'ajv/dist/standalone/index.js';
import type { AnyValidateFunction } from 'ajv/dist/types/index.js';

/** A list or map with this many errors is read no further; the verdict no longer depends on the rest. */
const MOST_ERRORS = 200;

/** The code of a module that exports `validate`. */
export function standaloneModule(ajv: Ajv | Ajv2019, validate: AnyValidateFunction): string {
  return withLimits(withImports(standalone.default(ajv, validate)));
}

/** Ajv's standalone ESM still says `require(…)` for its small run-time parts. */
function withImports(code: string): string {
  const imports = new Map<string, string>();
  const body = code.replaceAll(/require\("([^"]+)"\)/g, (_, module: string) => {
    const path = module.endsWith('.js') ? module : `${module}.js`;
    const name = imports.get(path) ?? `runtime${imports.size}`;
    imports.set(path, name);
    return name;
  });
  const lines = [...imports].map(([path, name]) => `import ${name} from '${path}';\n`);
  return `${lines.join('')}${body.replace(/^"use strict";/, '')}\n`;
}

/**
 * With `allErrors` Ajv copies all errors so far for each failing item: 20,000 of them take half a minute. Leaving a
 * loop early cannot turn a verdict around, because it happens only where there already are errors: those of an open
 * branch fail that branch, all others the object.
 */
function withLimits(code: string): string {
  const limited = code
    .replaceAll(
      /for\(let (i\d+)=0; \1<(len\d+); \1\+\+\)\{/g,
      `for(let $1=0; $1<$2 && errors<${MOST_ERRORS}; $1++){`,
    )
    .replaceAll(
      /for\(const (key\d+) in (data\d*)\)\{/g,
      `for(const $1 in $2){if(errors>=${MOST_ERRORS})break;`,
    );
  const loops = code.match(/for\((let i\d+=0|const key\d+ in)/g)?.length ?? 0;
  const limits = limited.match(new RegExp(`errors(<|>=)${MOST_ERRORS}`, 'g'))?.length ?? 0;
  if (loops !== limits) throw new Error(`${loops - limits} loops of the compiled validator have no limit`);
  return limited;
}
