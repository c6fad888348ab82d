import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { registry } from "./metrics";

export interface DependencyHealth {
  ok: boolean;
  /** It works without something it should have. */
  degraded?: boolean;
  /** Why it is not ok or degraded, in one sentence for an operator. */
  reason?: string;
}

/** Each named dependency answers within its own time-out; a rejection counts as not ok. */
export type ReadinessChecks = Record<string, () => Promise<DependencyHealth>>;

export async function readReadiness(
  checks: ReadinessChecks,
): Promise<{ ok: boolean; dependencies: Record<string, DependencyHealth> }> {
  const entries = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const result = await check().catch((error: unknown) => ({
        ok: false,
        reason: error instanceof Error ? error.message : String(error),
      }));
      return [name, result] as const;
    }),
  );
  return { ok: entries.every(([, dependency]) => dependency.ok), dependencies: Object.fromEntries(entries) };
}

/** Answers `/healthz`, `/readyz` and `/metrics`; returns false for any other path. */
export async function handleHealthRequest(
  request: IncomingMessage,
  response: ServerResponse,
  checks: ReadinessChecks,
): Promise<boolean> {
  const path = request.url?.split("?", 1)[0];
  if (path === "/healthz") {
    response.writeHead(200, { "content-type": "application/json" }).end('{"ok":true}');
    return true;
  }
  if (path === "/readyz") {
    const readiness = await readReadiness(checks);
    response
      .writeHead(readiness.ok ? 200 : 503, { "content-type": "application/json" })
      .end(JSON.stringify(readiness));
    return true;
  }
  if (path === "/metrics") {
    const text = await registry.metrics();
    response.writeHead(200, { "content-type": registry.contentType }).end(text);
    return true;
  }
  return false;
}

/** The small HTTP server of a worker process. Resolves with the port it listens on. */
export async function startHealthServer(options: {
  host: string;
  port: number;
  checks: ReadinessChecks;
}): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    handleHealthRequest(request, response, options.checks)
      .then((handled) => {
        if (!handled) response.writeHead(404).end();
      })
      .catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : options.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
