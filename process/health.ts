// What kubelet and Prometheus ask, over plain HTTP: they cannot present a client certificate.

import { createServer, type ServerResponse } from 'node:http';
import { listen } from './listen.ts';
import type { ReadinessReport } from './readiness.ts';

export interface HealthDeps {
  readonly readiness: () => ReadinessReport;
  /** The text of the metrics, and its content type. */
  readonly metrics: () => Promise<{ readonly text: string; readonly contentType: string }>;
}

export interface Health {
  readonly port: number;
  readonly close: () => void;
}

/** Serves /healthz, /readyz (JSON, with reasons) and /metrics. Rejects when the port cannot be had. */
export async function openHealth(
  { port, address }: { port: number; address: string },
  deps: HealthDeps,
): Promise<Health> {
  const limits = { requestTimeout: 5_000, headersTimeout: 2_000, keepAliveTimeout: 5_000 };
  const server = createServer(limits, (request, reply) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return respond(reply, 405, 'only GET is served\n');
    switch (request.url?.split('?', 1)[0]) {
      case '/healthz':
        return respond(reply, 200, 'ok\n');
      case '/readyz': {
        const report = deps.readiness();
        return respond(reply, report.ready ? 200 : 503, `${JSON.stringify(report)}\n`, 'application/json');
      }
      case '/metrics':
        return void deps.metrics().then(
          ({ text, contentType }) => respond(reply, 200, text, contentType),
          (error: unknown) => respond(reply, 500, `${String(error)}\n`),
        );
      default:
        return respond(reply, 404, 'only /healthz, /readyz and /metrics are served\n');
    }
  });
  return {
    port: await listen(server, port, address),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
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
