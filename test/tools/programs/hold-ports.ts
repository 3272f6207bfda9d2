// Asks for free ports in a range, says which, and stays: `node hold-ports.ts <count> <first> <end>`.

import { freePorts } from '../../../tools/free-ports.ts';

const [count = 0, first = 0, end = 0] = process.argv.slice(2).map(Number);
process.stdout.write(`${JSON.stringify(await freePorts(count, [first, end]))}\n`);
setInterval(() => {}, 60_000);
