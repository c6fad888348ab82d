import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type AnyTRPCProcedure,
  type AnyTRPCRouter,
  getTRPCErrorFromUnknown,
  type inferRouterContext,
  TRPCError,
} from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { callProcedure } from "./call-procedure";
import { createDeadline } from "./deadline";
import type { TrpcGate } from "./gate";
import { connectionOf, type RawInput, readBody, readInput } from "./request-input";

/**
 * tRPC's HTTP wire format on a bare Node server. It answers what tRPC's standalone adapter answers (a test compares
 * them request by request), but calls procedures straight away: no Request, Headers, URL or Response objects, and one
 * promise for a body instead of a stream. Not offered: streamed batches (`application/jsonl`), subscriptions, form data.
 */
export interface TrpcHandlerOptions<R extends AnyTRPCRouter, P = unknown> {
  router: R;
  /** Path before the procedure, with the slash at its end. */
  basePath: string;
  bodyBytesMax: number;
  batchCallsMax: number;
  /** A call that takes longer is answered with what `onLate` returns; what it does goes on unheard. */
  callMsMax: number;
  onLate(): Error;
  /** Whom it does not let in, it answers. */
  gate?: TrpcGate<P>;
  /** Called once a request. What it throws becomes the answer of each call. */
  createContext(
    request: IncomingMessage,
    calls: number,
    traceId: string,
    input: RawInput,
  ): RequestContext<R> | Promise<RequestContext<R>>;
  /** Called for each call that failed. */
  onError?(error: TRPCError, path: string | undefined, traceId: string): void;
  /** Called after each call, for figures. `path` is one that the router knows, or "unknown". */
  onCall?(path: string, httpStatus: number, startedMs: number): void;
  /** Headers of every answer besides content type and length. */
  headersOf(traceId: string): Record<string, string>;
}

export interface RequestContext<R extends AnyTRPCRouter> {
  ctx: inferRouterContext<R>;
  /** Session refresh. */
  setCookies: readonly string[];
}

/** Never rejects. */
export type TrpcHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  traceId: string,
) => Promise<void>;

interface Call {
  path: string;
  index: number;
  procedure: AnyTRPCProcedure | undefined;
}

/** What the calls of one request share. */
interface Run<Context> {
  method: string | undefined;
  traceId: string;
  input: RawInput;
  context: Context | undefined;
  contextFailure: Error | undefined;
  signal: AbortSignal;
}

interface Answer {
  body: { result: { data?: unknown } } | { error: unknown };
  httpStatus: number;
}

export function createTrpcHandler<R extends AnyTRPCRouter, P = unknown>(
  options: TrpcHandlerOptions<R, P>,
): TrpcHandler {
  const { router, basePath, bodyBytesMax, batchCallsMax, callMsMax, gate } = options;
  const config = router._def._config;
  const procedures = new Map(Object.entries(router._def.procedures as Record<string, AnyTRPCProcedure>));
  const inTime = createDeadline(callMsMax, options.onLate);
  type Context = inferRouterContext<R>;

  function toAnswer(
    error: TRPCError,
    path: string | undefined,
    type: "query" | "mutation" | "subscription" | "unknown",
    traceId: string,
  ): Answer {
    options.onError?.(error, path, traceId);
    const httpStatus = getHTTPStatusCodeFromError(error);
    const data: { code: TRPCError["code"]; httpStatus: number; path?: string } = {
      code: error.code,
      httpStatus,
    };
    if (path !== undefined) data.path = path;
    const shape = config.errorFormatter({
      error,
      type,
      path,
      input: undefined,
      // An error may come before there is a context; its trace is known all the same.
      ctx: { traceId } as Context,
      shape: { message: error.message, code: TRPC_ERROR_CODES_BY_KEY[error.code], data },
    }) as { data?: { httpStatus?: number } };
    return { body: { error: shape }, httpStatus: shape.data?.httpStatus ?? httpStatus };
  }

  async function runCall({ path, index, procedure }: Call, run: Run<Context>): Promise<Answer> {
    const startedMs = performance.now();
    const { method, traceId, input, context, contextFailure, signal } = run;
    let answer: Answer;
    try {
      if (!procedure) {
        throw new TRPCError({ code: "NOT_FOUND", message: `No procedure found on path "${path}"` });
      }
      const { type } = procedure._def;
      if (type === "subscription" || method !== (type === "query" ? "GET" : "POST")) {
        throw new TRPCError({
          code: "METHOD_NOT_SUPPORTED",
          message: `Unsupported ${method}-request to ${type} procedure at path "${path}"`,
        });
      }
      if (contextFailure) throw contextFailure;
      const call = callProcedure(procedure, {
        path,
        readInput: () => readInput(input)[index],
        ctx: context,
        type,
        signal,
        batchIndex: index,
      });
      const data = await inTime(call);
      answer = { body: { result: { data } }, httpStatus: 200 };
    } catch (cause) {
      answer = toAnswer(getTRPCErrorFromUnknown(cause), path, procedure?._def.type ?? "unknown", traceId);
    }
    options.onCall?.(procedure ? path : "unknown", answer.httpStatus, startedMs);
    return answer;
  }

  function send(
    request: IncomingMessage,
    response: ServerResponse,
    answer: { httpStatus: number; body: unknown },
    traceId: string,
    setCookies: readonly string[],
  ): void {
    if (response.destroyed || response.headersSent) return;
    const body = JSON.stringify(answer.body);
    const headers: Record<string, string | number | string[]> = options.headersOf(traceId);
    headers["content-type"] = "application/json";
    headers["content-length"] = Buffer.byteLength(body);
    if (setCookies.length > 0) headers["set-cookie"] = [...setCookies];
    // What is left of a body that was too large is not read, so this connection cannot carry another request.
    if (!request.complete) headers.connection = "close";
    response.writeHead(answer.httpStatus, headers);
    response.write(body);
    // Ended in the same turn, Node would hand the answer over in two pieces, which takes a tenth of what a request costs.
    process.nextTick(endResponse, response);
  }

  return async function handleTrpc(request, response, traceId) {
    const { method } = request;
    if (method === "HEAD") {
      response.writeHead(204, options.headersOf(traceId)).end();
      return;
    }
    const url = request.url ?? "/";
    const queryStart = url.indexOf("?");
    const rawPath = url.slice(basePath.length, queryStart === -1 ? url.length : queryStart);
    if (gate && !gate.admits(rawPath)) {
      refuseAtGate(gate, response, url, traceId);
      return;
    }
    const query = queryStart === -1 ? undefined : new URLSearchParams(url.slice(queryStart + 1));
    const isBatch = query?.get("batch") === "1";
    let setCookies: readonly string[] = [];
    let pass: { of: P } | undefined;
    try {
      refuseUnsupported(request);
      const calls = findCalls(rawPath, isBatch);
      const input: RawInput = { isBatch, text: undefined, failure: undefined, parsed: undefined };
      if (method === "GET") input.text = query?.get("input") || undefined;
      else await readBody(request, bodyBytesMax, input);
      if (gate) {
        // It may have taken its time with the body.
        if (!gate.admits(rawPath)) {
          refuseAtGate(gate, response, url, traceId);
          return;
        }
        pass = { of: gate.enter(rawPath) };
      }

      let context: Context | undefined;
      let contextFailure: Error | undefined;
      try {
        const created = options.createContext(request, calls.length, traceId, input);
        const ready = created instanceof Promise ? await created : created;
        context = ready.ctx;
        setCookies = ready.setCookies;
      } catch (cause) {
        contextFailure = getTRPCErrorFromUnknown(cause);
      }
      const { signal } = connectionOf(request.socket);
      const run: Run<Context> = { method, traceId, input, context, contextFailure, signal };
      if (isBatch) {
        const answers = await Promise.all(calls.map((call) => runCall(call, run)));
        send(request, response, joinAnswers(answers), traceId, setCookies);
      } else {
        send(request, response, await runCall(calls[0] as Call, run), traceId, setCookies);
      }
    } catch (cause) {
      const answer = toAnswer(getTRPCErrorFromUnknown(cause), undefined, "unknown", traceId);
      send(request, response, answer, traceId, setCookies);
    } finally {
      if (pass) gate?.leave(pass.of);
    }
  };

  function refuseAtGate(by: TrpcGate<P>, response: ServerResponse, url: string, traceId: string): void {
    const [path = "", query = ""] = url.slice(basePath.length).split("?", 2);
    const isBatch = new URLSearchParams(query).get("batch") === "1";
    const calls = isBatch ? Math.min(batchCallsMax, path.split(/,|%2c/i).length) : 0;
    by.refuse(response, calls, options.headersOf(traceId));
  }

  function findCalls(rawPath: string, isBatch: boolean): Call[] {
    let path: string;
    try {
      path = rawPath.includes("%") ? decodeURIComponent(rawPath) : rawPath;
    } catch (cause) {
      throw new TRPCError({
        code: "BAD_REQUEST",
        message: `Invalid URL-encoding in path "${rawPath}"`,
        cause,
      });
    }
    if (!isBatch) return [{ path, index: 0, procedure: procedures.get(path) }];
    const paths = path.split(",");
    if (paths.length > batchCallsMax) {
      throw new TRPCError({ code: "BAD_REQUEST", message: "Batch call exceeds maximum size" });
    }
    const calls = paths.map((name, index) => ({ path: name, index, procedure: procedures.get(name) }));
    const types = new Set<string>();
    for (const { procedure } of calls) if (procedure) types.add(procedure._def.type);
    if (types.size > 1) {
      throw new TRPCError({
        code: "BAD_REQUEST",
        message: `Cannot mix procedure types in call: ${[...types].join(", ")}`,
      });
    }
    return calls;
  }
}

/** One answer for a batch; 207 says that its calls ended differently. */
function joinAnswers(answers: readonly Answer[]): { httpStatus: number; body: unknown } {
  const first = answers[0]?.httpStatus ?? 200;
  return {
    httpStatus: answers.every((answer) => answer.httpStatus === first) ? first : 207,
    body: answers.map((answer) => answer.body),
  };
}

function refuseUnsupported(request: IncomingMessage): void {
  const { headers } = request;
  const accept = headers["trpc-accept"] ?? headers.accept;
  if (typeof accept === "string" && accept.includes("application/jsonl")) {
    throw new TRPCError({ code: "BAD_REQUEST", message: "Streamed batches are not offered." });
  }
  if (request.method === "GET") return;
  const type = headers["content-type"];
  if (type === "application/json") return;
  if (type?.split(";", 1)[0]?.trim().toLowerCase() === "application/json") return;
  throw new TRPCError({
    code: "UNSUPPORTED_MEDIA_TYPE",
    message: type === undefined ? "Missing content-type header" : `Unsupported content-type "${type}`,
  });
}

function endResponse(response: ServerResponse): void {
  response.end();
}
