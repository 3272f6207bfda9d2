// The admission server: two paths over TLS, every error exit answered on purpose. It never listens itself.

import type { ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type AdmissionDeps, admit, type Judge } from './admission.ts';
import { type Answer, refuse, shed } from './answer.ts';
import { readBody } from './body.ts';
import { type BodyBudget, createBodyBudget } from './body-budget.ts';
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
  /** Called for every refusal that was no AdmissionReview; with what was thrown, if it is our own fault. */
  readonly refused: (refusal: Refusal, error?: unknown) => void;
}

export type AdmissionServer = FastifyInstance<Server>;

/** Builds the server. `inject` and `listen` are the caller's. */
export function buildServer(deps: ServerDeps): AdmissionServer {
  const { limits } = deps;
  const app: AdmissionServer = Fastify({
    serverFactory: listener => createTlsServer(listener, deps.identity, deps.callers, limits),
    // A review that arrives while the server closes still needs a verdict.
    return503OnClosing: false,
    exposeHeadRoutes: false,
    clientErrorHandler(error, socket) {
      const refusal = answerClientError(error, socket);
      if (refusal !== null) deps.refused(refusal);
    },
    frameworkErrors: (_error, _request, reply) => refusePath(reply, deps),
  });
  app.removeAllContentTypeParsers();
  app.setErrorHandler((error, _request, reply) => {
    reply.hijack();
    sendRefusal(REFUSALS.answerFailed, reply.raw, deps, error);
  });
  app.setNotFoundHandler((_request, reply) => refusePath(reply, deps));
  const budget = createBodyBudget(limits.heldBytes);
  addDoor(app, 'validate', validate, budget, deps);
  addDoor(app, 'mutate', mutate, budget, deps);
  return app;
}

/** The review is answered as soon as its path is known: what a framework does for a body is not wanted here. */
function addDoor(
  app: AdmissionServer,
  webhook: Webhook,
  judge: Judge,
  budget: BodyBudget,
  deps: ServerDeps,
): void {
  const path = `/${webhook}`;
  function onRequest(request: FastifyRequest, reply: FastifyReply): void {
    const url = request.raw.url ?? '';
    if (!isExactly(path, url)) return refusePath(reply, deps);
    reply.hijack();
    readBody(request.raw, deps.limits.bodyBytes, budget, (bytes, refusal) => {
      if (bytes === null) return sendRefusal(refusal ?? REFUSALS.bodyIsNotJson, reply.raw, deps);
      const ask = () => admit(webhook, bytes, url, judge, deps.admission);
      // A client that goes away does not end what its bytes are needed for.
      answerReview(ask, reply.raw, deps, () => budget.give(bytes.length));
    });
  }
  app.post(path, { onRequest }, () => undefined);
}

/** The router decodes `%76alidate`; the path that is judged must be the path that was written. */
function isExactly(path: string, url: string): boolean {
  return url.startsWith(path) && (url.length === path.length || url[path.length] === '?');
}

function answerReview(
  ask: () => Answer | Promise<Answer>,
  response: ServerResponse,
  deps: ServerDeps,
  done: () => void,
): void {
  try {
    const answer = ask();
    if (answer instanceof Promise) return void answerLater(answer, response, deps).finally(done);
    send(answer, response, deps);
  } catch (error) {
    sendRefusal(REFUSALS.answerFailed, response, deps, error);
  }
  done();
}

async function answerLater(
  answer: Promise<Answer>,
  response: ServerResponse,
  deps: ServerDeps,
): Promise<void> {
  deps.inFlight(1);
  try {
    send(await answer, response, deps);
  } catch (error) {
    sendRefusal(REFUSALS.answerFailed, response, deps, error);
  } finally {
    deps.inFlight(-1);
  }
}

function refusePath(reply: FastifyReply, deps: ServerDeps): void {
  reply.hijack();
  sendRefusal(REFUSALS.pathIsUnknown, reply.raw, deps);
}

/** The rest of a refused body is never read, so the connection cannot be used again. */
function sendRefusal(refusal: Refusal, response: ServerResponse, deps: ServerDeps, error?: unknown): void {
  deps.refused(refusal, error);
  response.shouldKeepAlive = false;
  send(refusal.status === 429 ? shed(refusal) : refuse(refusal), response, deps);
}

function send(answer: Answer, response: ServerResponse, deps: ServerDeps): void {
  if (response.destroyed || response.headersSent) return;
  if (deps.closing()) response.shouldKeepAlive = false;
  response.statusCode = answer.status;
  response.setHeader('content-type', answer.json ? 'application/json' : 'text/plain; charset=utf-8');
  if (answer.retryAfterSeconds !== undefined) response.setHeader('retry-after', answer.retryAfterSeconds);
  response.end(answer.body);
}
