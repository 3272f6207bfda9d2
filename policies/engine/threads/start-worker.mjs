// Starts an evaluation thread on what V8 made of its modules the last time. Without that, every thread would load a
// compiler for TypeScript and keep it: 15 MiB. JavaScript, so that this file itself needs none.

import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./worker.ts');
