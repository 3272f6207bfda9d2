// The second port, plain HTTP: what kubelet and Prometheus ask. They cannot present a client certificate.

import { createServer, type Server, type ServerResponse } from 'node:http';
import type { ReadinessReport } from './readiness.ts';

export interface HealthDeps {
  readonly readiness: () => ReadinessReport;
  /** The text of the metrics, and its content type. */
  readonly metrics: () => Promise<{ readonly text: string; readonly contentType: string }>;
}

/** Serves /healthz, /readyz (JSON, with reasons) and /metrics. It never listens itself. */
export function buildHealthServer(deps: HealthDeps): Server {
  return createServer(
    { requestTimeout: 5_000, headersTimeout: 2_000, keepAliveTimeout: 5_000 },
    (request, reply) => {
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return respond(reply, 405, 'only GET is served\n');
      switch (request.url?.split('?', 1)[0]) {
        case '/healthz':
          return respond(reply, 200, 'ok\n');
        case '/readyz':
          return respondReadiness(reply, deps.readiness());
        case '/metrics':
          return void deps.metrics().then(
            ({ text, contentType }) => respond(reply, 200, text, contentType),
            (error: unknown) => respond(reply, 500, `${String(error)}\n`),
          );
        default:
          return respond(reply, 404, 'only /healthz, /readyz and /metrics are served\n');
      }
    },
  );
}

function respondReadiness(reply: ServerResponse, report: ReadinessReport): void {
  respond(reply, report.ready ? 200 : 503, `${JSON.stringify(report)}\n`, 'application/json');
}

function respond(
  reply: ServerResponse,
  status: number,
  body: string,
  type = 'text/plain; charset=utf-8',
): void {
  reply.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  reply.end(body);
}
