// The admission server: two paths over TLS, every error exit answered on purpose. It never listens itself.

import type { Server } from 'node:https';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { type AdmissionDeps, admit, type Judge } from './admission.ts';
import { type Answer, refuse } from './answer.ts';
import { answerClientError } from './client-error.ts';
import type { Webhook } from './decision.ts';
import { mutate } from './mutate.ts';
import { REFUSALS, type Refusal } from './refusals.ts';
import { type CallerRule, createTlsServer, type ServingIdentity, type TransportLimits } from './transport.ts';
import { validate } from './validate.ts';

export interface ServerDeps {
  readonly admission: AdmissionDeps;
  readonly identity: ServingIdentity;
  /** Absent: anyone who reaches the port may call. */
  readonly callers?: CallerRule;
  readonly limits: TransportLimits;
  /** True once every reply must close its connection. */
  readonly closing: () => boolean;
  /** Called when a review begins to wait for its verdict, and when it has it. */
  readonly inFlight: (change: 1 | -1) => void;
  /** Called for every refusal that was no AdmissionReview. */
  readonly refused: (refusal: Refusal) => void;
}

export type AdmissionServer = FastifyInstance<Server>;

/** Builds the server. `inject` and `listen` are the caller's. */
export function buildServer(deps: ServerDeps): AdmissionServer {
  const { limits } = deps;
  const app: AdmissionServer = Fastify({
    serverFactory: listener => createTlsServer(listener, deps.identity, deps.callers, limits),
    bodyLimit: limits.bodyBytes,
    // A review that arrives while the server closes still needs a verdict.
    return503OnClosing: false,
    exposeHeadRoutes: false,
    clientErrorHandler: (error, socket) => {
      const refusal = answerClientError(error, socket);
      if (refusal !== null) deps.refused(refusal);
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  app.setErrorHandler<FastifyError>((error, _request, reply) => answerRefusal(toRefusal(error), reply, deps));
  app.setNotFoundHandler((_request, reply) => answerRefusal(REFUSALS.pathIsUnknown, reply, deps));
  addDoor(app, 'validate', validate, deps);
  addDoor(app, 'mutate', mutate, deps);
  return app;
}

function addDoor(app: AdmissionServer, webhook: Webhook, judge: Judge, deps: ServerDeps): void {
  const path = `/${webhook}`;
  app.post(path, (request, reply) => {
    const refusal = refusalOf(request, path);
    if (refusal !== null) return answerRefusal(refusal, reply, deps);
    const answer = admit(webhook, request.body as Buffer, request.raw.url ?? path, judge, deps.admission);
    if (!(answer instanceof Promise)) return send(answer, reply, deps);
    deps.inFlight(1);
    return answer.then(settled => {
      deps.inFlight(-1);
      return send(settled, reply, deps);
    });
  });
}

/** The router decodes `%76alidate`; the path that is judged must be the path that was written. */
function refusalOf(request: FastifyRequest, path: string): Refusal | null {
  const url = request.raw.url ?? '';
  if (!url.startsWith(path) || (url.length > path.length && url[path.length] !== '?')) {
    return REFUSALS.pathIsUnknown;
  }
  const { headers } = request.raw;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return REFUSALS.bodyIsEncoded;
  const type = headers['content-type'];
  if (type !== 'application/json' && !isUtf8Json(type ?? '')) return REFUSALS.mediaTypeIsForeign;
  return Buffer.isBuffer(request.body) ? null : REFUSALS.bodyIsNotJson;
}

function isUtf8Json(type: string): boolean {
  return /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type);
}

function send(answer: Answer, reply: FastifyReply, deps: ServerDeps): FastifyReply {
  if (deps.closing()) reply.header('connection', 'close');
  if (answer.retryAfterSeconds !== undefined) reply.header('retry-after', answer.retryAfterSeconds);
  reply.code(answer.status);
  reply.header('content-type', answer.json ? 'application/json' : 'text/plain; charset=utf-8');
  return reply.send(answer.body);
}

/** The rest of a refused body is never read, so the connection cannot be used again. */
function answerRefusal(refusal: Refusal, reply: FastifyReply, deps: ServerDeps): FastifyReply {
  deps.refused(refusal);
  reply.header('connection', 'close');
  return send(refuse(refusal), reply, deps);
}

function toRefusal(error: FastifyError): Refusal {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return REFUSALS.bodyIsTooLarge;
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return REFUSALS.mediaTypeIsForeign;
    case 'FST_ERR_BAD_URL':
      return REFUSALS.pathIsUnknown;
    default:
      return REFUSALS.httpIsMalformed;
  }
}
