import type { IncomingMessage, ServerResponse } from "node:http";
import { stringifyExactJson } from "@/domain/rules/exact-json";
import type { Log } from "@/platform/observability/log";
import type { AppHub } from "../channels/app-hub";
import { readBody } from "../protocol/http-body";
import { HttpError } from "../protocol/http-error";
import {
  findBodyFault,
  findQueryValue,
  findSignatureFault,
  parseQuery,
  percentDecode,
  type QueryPair,
} from "../protocol/http-signature";
import { type SignedRequest, shortenSignature } from "../protocol/seen-requests";
import * as metrics from "../push-metrics";
import { listChannels, listUsers, listViewers, readChannel } from "./channels";
import { publishBatch, publishEvent, publishMany } from "./events";
import { endSessions } from "./sessions";
import { listViewerNames, takeVisits } from "./visits";

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
    name: "many_events",
    method: "POST",
    pattern: /^\/many_events$/,
    answer: ({ hub, body }) => publishMany(hub, body),
  },
  {
    name: "channels",
    method: "GET",
    pattern: /^\/channels$/,
    answer: ({ hub, query }) => listChannels(hub, query),
  },
  {
    name: "viewers",
    method: "GET",
    pattern: /^\/viewers$/,
    answer: ({ hub, query }) => listViewers(hub, query),
  },
  {
    name: "visits",
    method: "POST",
    pattern: /^\/visits$/,
    answer: ({ hub, body }) => takeVisits(hub, body),
  },
  {
    name: "channel_viewers",
    method: "GET",
    pattern: /^\/channels\/([^/]+)\/viewers$/,
    answer: ({ hub, argument }) => listViewerNames(hub, argument),
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

/** Every route of the signed API, as `POST events`; nothing is answered without a signature. */
export const SIGNED_ROUTES: readonly string[] = ROUTES.map(({ method, name }) => `${method} ${name}`);

const APP_PATH = /^\/apps\/([^/]+)(\/.*)$/;

export interface HttpApi {
  hubsByAppId: ReadonlyMap<string, AppHub>;
  bodyBytesMax: number;
  log: Log;
  /** Counts a wrong request; false when its sender has made so many that no more is said. */
  mayErr: (request: IncomingMessage) => boolean;
}

/** Mistakes of somebody who need not have anything to do with us. */
const STRANGE: ReadonlySet<number> = new Set([401, 404, 405]);

/** Where the API has a port of its own, it is nowhere else. */
export function refuseApiRequest(options: HttpApi, request: IncomingMessage, response: ServerResponse): void {
  refuse(options, request, response, "unknown", new HttpError(404, "Not found"));
}

/** Answers one request of the signed HTTP API; a mistake of the caller gets a status and a text. */
export async function handleApiRequest(
  options: HttpApi,
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
    const query = parseQuery(queryText);
    const hub = authenticate(options, appId, { method: route.method, path, query });
    const body = await readBody(request, options.bodyBytesMax);
    const fault = findBodyFault(query, body);
    if (fault) throw new HttpError(401, fault);
    if (route.method === "POST" && (await hub.isReplay(describeRequest(query)))) {
      throw new HttpError(401, "This request came before; sign another one");
    }
    const argument = percentDecode(route.pattern.exec(subPath)?.[1] ?? "");
    const text = stringifyExactJson(await route.answer({ hub, query, body, argument })) ?? "{}";
    respond(response, 200, "application/json", text);
    metrics.httpRequests.inc({ route: label, status: 200 });
  } catch (error) {
    const known = error instanceof HttpError ? error : undefined;
    if (!known) options.log.error({ err: error, route: label }, "request to the HTTP API failed");
    refuse(options, request, response, label, known ?? new HttpError(500, "Internal error"));
  }
}

function refuse(
  options: HttpApi,
  request: IncomingMessage,
  response: ServerResponse,
  route: string,
  error: HttpError,
): void {
  const isTooMuch = STRANGE.has(error.status) && !options.mayErr(request);
  if (isTooMuch) metrics.refused.inc({ reason: "mistakes" });
  const { status, message } = isTooMuch ? new HttpError(429, "Too many wrong requests") : error;
  // An unread body would stand in the way of the next request on this connection.
  if (isTooMuch || !request.complete) response.setHeader("connection", "close");
  respond(response, status, "text/plain; charset=utf-8", `${message}\n`);
  metrics.httpRequests.inc({ route, status });
}

function authenticate(
  options: HttpApi,
  appId: string,
  request: { method: string; path: string; query: QueryPair[] },
): AppHub {
  const hub = options.hubsByAppId.get(appId);
  if (!hub) throw new HttpError(401, "No such app");
  const fault = findSignatureFault(request, hub.app, Math.floor(Date.now() / 1000));
  if (fault) throw new HttpError(401, fault);
  if (!hub.app.enabled) throw new HttpError(403, "This app is disabled");
  return hub;
}

/** With `x_nonce`, a number used once, the signer says that this request is meant once. */
function describeRequest(query: QueryPair[]): SignedRequest {
  return {
    id: shortenSignature(findQueryValue(query, "auth_signature") ?? ""),
    signedAtSeconds: Number(findQueryValue(query, "auth_timestamp")),
    isUnique: findQueryValue(query, "x_nonce") !== undefined,
  };
}

function respond(response: ServerResponse, status: number, contentType: string, text: string): void {
  response
    .writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(text) })
    .end(text);
}
