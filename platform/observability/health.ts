import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { lingerWhenClosing } from "../http/linger";
import { keepFor } from "../runtime/keep-for";
import { counter, registry } from "./metrics";

export interface DependencyHealth {
  ok: boolean;
  /** It works without something it should have. */
  degraded?: boolean;
  /** Why it is not ok or degraded, in one sentence for an operator. */
  reason?: string;
}

/** Each named dependency answers within its own time-out; a rejection counts as not ok. */
export type ReadinessChecks = Record<string, () => Promise<DependencyHealth>>;

export interface Readiness {
  ok: boolean;
  dependencies: Record<string, DependencyHealth>;
}

/** Whoever asks, and however often: checks run, and figures are gathered, at most once in this time. */
const KEPT_MS = 1_000;
/** Monitors are few; whoever holds more than this is none. */
const CONNECTIONS_MAX = 256;
const REQUEST_MS_MAX = 5_000;

const checksRun = counter(
  "downpour_readiness_checks_total",
  "Times that the dependencies were asked whether they answer",
);

/** inside: everything. outside: neither figures nor reasons, on a port that everybody reaches. */
export type HealthAudience = "inside" | "outside";

export interface Health {
  /** Answers `/healthz`, `/readyz` and `/metrics`; false for any other path. */
  answer(request: IncomingMessage, response: ServerResponse, audience: HealthAudience): boolean;
  /** As `/readyz` says it, and shared with whoever asks there. */
  read(): Promise<Readiness>;
}

export async function readReadiness(checks: ReadinessChecks): Promise<Readiness> {
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

export function createHealth(checks: ReadinessChecks): Health {
  const readiness = keepFor(KEPT_MS, () => {
    checksRun.inc();
    return readReadiness(checks);
  });
  const metrics = keepFor(KEPT_MS, () => registry.metrics());

  async function answerReadiness(response: ServerResponse, audience: HealthAudience): Promise<void> {
    const latest = await readiness();
    const body = audience === "inside" ? latest : { ok: latest.ok };
    send(response, latest.ok ? 200 : 503, "application/json", JSON.stringify(body));
  }

  return {
    read: readiness,
    answer(request, response, audience) {
      const path = request.url?.split("?", 1)[0];
      if (path === "/healthz") {
        send(response, 200, "application/json", '{"ok":true}');
      } else if (path === "/readyz") {
        answerReadiness(response, audience).catch(() => send(response, 500, "text/plain", ""));
      } else if (path === "/metrics" && audience !== "outside") {
        metrics().then(
          (text) => send(response, 200, registry.contentType, text),
          () => send(response, 500, "text/plain", ""),
        );
      } else if (path === "/metrics") {
        send(response, 404, "text/plain", "Not found.\n");
      } else {
        return false;
      }
      return true;
    },
  };
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
  });
  response.end(text);
}

/** No name in it that somebody else could point here. */
const LOCAL_HOST = /^(localhost|\d{1,3}(\.\d{1,3}){3}|\[[\da-f:.]+\])(:\d+)?$/i;
/** What a proxy says of whom it asks for. */
const PASSED_ON = ["x-forwarded-for", "forwarded", "via", "x-real-ip"] as const;

/**
 * The audience of a request to a port that everybody reaches: in a demo, a program on this very machine that asks by
 * itself may know everything.
 */
export function audienceOf({ socket, headers }: IncomingMessage, isProduction: boolean): HealthAudience {
  const from = socket.remoteAddress ?? "";
  const isLoopback = from === "::1" || from.startsWith("127.") || from.startsWith("::ffff:127.");
  const isPassedOn = PASSED_ON.some((name) => headers[name] !== undefined);
  const isNear = isLoopback && !isPassedOn && LOCAL_HOST.test(headers.host ?? "localhost");
  return isNear && !isProduction ? "inside" : "outside";
}

/** The small HTTP server of every process for monitors. Resolves with the port it listens on. */
export async function startHealthServer(options: {
  host: string;
  port: number;
  /** The same as on the port it serves, where there is one: both ask the dependencies together. */
  health: Health;
}): Promise<{ port: number; close: () => Promise<void> }> {
  const { health } = options;
  const server = createServer(
    {
      headersTimeout: REQUEST_MS_MAX,
      requestTimeout: REQUEST_MS_MAX,
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: REQUEST_MS_MAX,
    },
    (request, response) => {
      // Nobody has anything to send here.
      if (!request.complete) response.setHeader("connection", "close");
      if (!health.answer(request, response, "inside")) response.writeHead(404).end();
    },
  );
  server.maxConnections = CONNECTIONS_MAX;
  lingerWhenClosing(server);
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
