// Makes pinned binaries available and prints where each is: `node tools/install.ts [opa etcd …]`, all by default.

import { findBinaries } from './binaries.ts';
import { BINARY_NAMES, isBinaryName } from './pinned.ts';

const names = process.argv.slice(2);
const unknown = names.filter(name => !isBinaryName(name));

if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; there are ${BINARY_NAMES.join(', ')}`);
  process.exitCode = 2;
} else {
  await install(names.length > 0 ? names.filter(isBinaryName) : BINARY_NAMES);
}

async function install(wanted: Parameters<typeof findBinaries>[0]): Promise<void> {
  try {
    for (const [name, path] of Object.entries(await findBinaries(wanted))) console.log(`${name}\t${path}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
