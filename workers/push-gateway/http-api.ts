import type { IncomingMessage, ServerResponse } from "node:http";
import type { Log } from "@/server/observability/log";
import type { AppHub } from "./app-hub";
import { readBody } from "./http-body";
import { listChannels, listUsers, readChannel } from "./http-channels";
import { HttpError } from "./http-error";
import { publishBatch, publishEvent } from "./http-events";
import { endSessions } from "./http-sessions";
import { findSignatureFault, parseQuery, percentDecode, type QueryPair } from "./http-signature";
import * as metrics from "./push-metrics";

interface Call {
  hub: AppHub;
  query: QueryPair[];
  body: Buffer;
  /** What the route's pattern caught, unescaped. */
  argument: string;
}

interface Route {
  name: string;
  method: "GET" | "POST";
  /** Against the path after `/apps/{id}`. */
  pattern: RegExp;
  answer: (call: Call) => Promise<object>;
}

const ROUTES: readonly Route[] = [
  {
    name: "events",
    method: "POST",
    pattern: /^\/events$/,
    answer: ({ hub, body }) => publishEvent(hub, body),
  },
  {
    name: "batch_events",
    method: "POST",
    pattern: /^\/batch_events$/,
    answer: ({ hub, body }) => publishBatch(hub, body),
  },
  {
    name: "channels",
    method: "GET",
    pattern: /^\/channels$/,
    answer: ({ hub, query }) => listChannels(hub, query),
  },
  {
    name: "users",
    method: "GET",
    pattern: /^\/channels\/([^/]+)\/users$/,
    answer: ({ hub, argument }) => listUsers(hub, argument),
  },
  {
    name: "channel",
    method: "GET",
    pattern: /^\/channels\/([^/]+)$/,
    answer: ({ hub, argument, query }) => readChannel(hub, argument, query),
  },
  {
    name: "terminate_connections",
    method: "POST",
    pattern: /^\/users\/(.+)\/terminate_connections$/,
    answer: async ({ hub, argument }) => {
      await hub.terminateUser(argument);
      return {};
    },
  },
  {
    name: "end_sessions",
    method: "POST",
    pattern: /^\/sessions\/terminate_connections$/,
    answer: ({ hub, body }) => endSessions(hub, body),
  },
];

const APP_PATH = /^\/apps\/([^/]+)(\/.*)$/;

interface HttpApiOptions {
  hubsByAppId: ReadonlyMap<string, AppHub>;
  bodyBytesMax: number;
  log: Log;
}

/** Answers one request of the signed HTTP API; a mistake of the caller gets a status and a text. */
export async function handleApiRequest(
  options: HttpApiOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = "/", queryText = ""] = (request.url ?? "/").split(/\?(.*)/s, 2);
  const [, appId, subPath = ""] = APP_PATH.exec(path) ?? [];
  const matching = ROUTES.filter((candidate) => candidate.pattern.test(subPath));
  const route = matching.find((candidate) => candidate.method === request.method);
  const label = route?.name ?? "unknown";
  try {
    if (!appId || matching.length === 0) throw new HttpError(404, "Not found");
    if (!route) throw new HttpError(405, "Method not allowed");
    const body = await readBody(request, options.bodyBytesMax);
    const query = parseQuery(queryText);
    const hub = authenticate(options, appId, { method: route.method, path, query, body });
    const argument = percentDecode(route.pattern.exec(subPath)?.[1] ?? "");
    const text = JSON.stringify(await route.answer({ hub, query, body, argument }));
    respond(response, 200, "application/json", text);
    metrics.httpRequests.inc({ route: label, status: 200 });
  } catch (error) {
    const known = error instanceof HttpError ? error : undefined;
    if (!known) options.log.error({ err: error, route: label }, "request to the HTTP API failed");
    const status = known?.status ?? 500;
    // An unread body would stand in the way of the next request on this connection.
    if (!request.complete) response.setHeader("connection", "close");
    respond(response, status, "text/plain; charset=utf-8", `${known?.message ?? "Internal error"}\n`);
    metrics.httpRequests.inc({ route: label, status });
  }
}

function authenticate(
  options: HttpApiOptions,
  appId: string,
  request: { method: string; path: string; query: QueryPair[]; body: Buffer },
): AppHub {
  const hub = options.hubsByAppId.get(appId);
  if (!hub) throw new HttpError(401, "No such app");
  const fault = findSignatureFault(request, hub.app, Math.floor(Date.now() / 1000));
  if (fault) throw new HttpError(401, fault);
  if (!hub.app.enabled) throw new HttpError(403, "This app is disabled");
  return hub;
}

function respond(response: ServerResponse, status: number, contentType: string, text: string): void {
  response
    .writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(text) })
    .end(text);
}
