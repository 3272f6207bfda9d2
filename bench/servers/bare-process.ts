// The ceiling as a process: Fastify with the webhook's own TLS server, reading bodies and answering one constant.

import { readFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import Fastify, { type FastifyInstance } from 'fastify';
import { createTlsServer, TRANSPORT_LIMITS } from '../../webhook/transport.ts';
import { serveJobs } from '../machine/helper-process.ts';
import type { Identity } from './identity.ts';

const ANSWER =
  '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"705ab4f5-6393-11e8-b7cc-42010a800002","allowed":true}}';

serveJobs(listen);

/** Resolves with the port. */
async function listen({ certFile, keyFile }: Identity): Promise<number> {
  const identity = { cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') };
  const app: FastifyInstance<Server> = Fastify({
    serverFactory: listener => createTlsServer(listener, identity, undefined, TRANSPORT_LIMITS),
    bodyLimit: TRANSPORT_LIMITS.bodyBytes,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  app.post('/validate', (_request, reply) => {
    reply.header('content-type', 'application/json');
    return reply.send(ANSWER);
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}
