// Starts a control plane, says so, and stays: the parent that the tests end in several ways.

import { startControlPlane } from '../../../tools/control-plane.ts';

const plane = await startControlPlane();
process.stdout.write(`${JSON.stringify({ pids: plane.pids, dir: plane.dir })}\n`);
if (process.argv[2] === 'throw') throw new Error('a fault of the program that uses it');
setInterval(() => {}, 60_000);
