import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { pingDatabase } from "@/db/ping";
import { httpStatusOf } from "@/domain/contracts/error-status";
import { BizError, type BizErrorName, ERRORS } from "@/domain/contracts/errors";
import { isRefusedValue, isUnavailable } from "@/domain/rules/driver-errors";
import { readBody } from "@/platform/http/json";
import { currentTraceId, newTraceId } from "@/platform/observability/trace";
import type { Auth } from "../auth/auth";
import { type AuthCall, findAuthEndpoint, readAuthCall } from "../auth/auth-endpoints";
import { browserIdCookie, newBrowserId, readBrowserId } from "../auth/browser-id";
import { CLIENT_IP_HEADER } from "../auth/client-ip-header";
import { errorReason } from "../auth/error-reason";
import { readAsker } from "../auth/read-asker";
import type { Resources } from "../services/context";
import { sendSignInCode } from "../services/one-time-code/sign-in-code";
import type { SmsProvider } from "../services/one-time-code/sms-provider";

const BODY_BYTES_MAX = 16 * 1024;
const PING_MS = 1_000;
/** What the library is told of a request besides its body. Everything else, it has no use for. */
const HEADERS_PASSED_ON = ["cookie", "user-agent", "origin", CLIENT_IP_HEADER] as const;

export type AuthRoute = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** `/api/auth/*`: what is on the list of `auth-endpoints.ts`, and nothing else. */
export function createAuthRoute(
  auth: Auth,
  resources: Pick<Resources, "env" | "live" | "log" | "redis">,
  sms: SmsProvider | null,
): AuthRoute {
  const { env, live, log } = resources;

  async function sendCode(call: AuthCall, headers: IncomingHttpHeaders): Promise<Response> {
    const asker = readAsker(env, {
      cookie: headers.cookie,
      address: firstOf(headers[CLIENT_IP_HEADER]),
      userAgent: headers["user-agent"],
    });
    const given = newBrowserId(env);
    await sendSignInCode(resources, sms, {
      phoneNumber: call.body.phoneNumber ?? "",
      asker,
      newBrowserId: given,
      traceId: currentTraceId() ?? newTraceId(),
    });
    const answer = Response.json({ message: "code sent" });
    if (!asker.browserId) answer.headers.append("set-cookie", browserIdCookie(env, given));
    return answer;
  }

  async function askLibrary(call: AuthCall, headers: IncomingHttpHeaders): Promise<Response> {
    const passedOn = new Headers();
    for (const name of HEADERS_PASSED_ON) {
      const value = firstOf(headers[name]);
      if (value !== undefined) passedOn.set(name, value);
    }
    const init: RequestInit = { method: call.method, headers: passedOn };
    if (call.method === "POST") {
      passedOn.set("content-type", "application/json");
      init.body = JSON.stringify(call.body);
    }
    const answer = await auth.handler(new Request(new URL(call.path, env.PUBLIC_URL), init));
    if (call.endpoint !== "POST /sign-in/anonymous" || !answer.ok || readBrowserId(env, headers.cookie)) {
      return answer;
    }
    // Guests come and go with one click: what keeps one out of a room holds for the browser.
    const named = new Response(answer.body, answer);
    named.headers.append("set-cookie", browserIdCookie(env, newBrowserId(env)));
    return named;
  }

  async function answer(call: AuthCall, headers: IncomingHttpHeaders): Promise<Response> {
    try {
      const response = await (call.endpoint === "POST /phone-number/send-otp" ? sendCode : askLibrary)(
        call,
        headers,
      );
      if (response.status !== 500) return response;
    } catch (error) {
      if (error instanceof BizError) {
        if (error.cause) log.warn({ reason: errorReason(error.cause) }, "auth: a request failed");
        return refuse(error.bizName, error.details);
      }
      if (isRefusedValue(error)) return refuse("INVALID_INPUT");
      const name = isUnavailable(error) ? "UNAVAILABLE" : "INTERNAL";
      log[name === "INTERNAL" ? "error" : "warn"]({ reason: errorReason(error) }, "auth: a request failed");
      return refuse(name);
    }
    // better-auth says 500 and nothing else, whether the database is away or something broke.
    return pingDatabase(live, PING_MS).then(
      () => refuse("INTERNAL"),
      () => refuse("UNAVAILABLE"),
    );
  }

  return async function handleAuth(request, response) {
    let answered: Response;
    try {
      const endpoint = findAuthEndpoint(request.method ?? "", request.url ?? "");
      const body = await readBody(request, BODY_BYTES_MAX);
      answered = await answer(readAuthCall(endpoint, request.url ?? "", body.toString()), request.headers);
    } catch (error) {
      if (!(error instanceof BizError)) throw error;
      answered = refuse(error.bizName, error.details);
    }
    // The rest of a body that was too large is not waited for.
    if (!request.complete) response.setHeader("connection", "close");
    await send(answered, response);
  };
}

/** What clients of better-auth know these refusals by. */
const LIBRARY_CODES: Partial<Record<BizErrorName, string>> = {
  ONE_TIME_CODE_WRONG: "INVALID_OTP",
  ONE_TIME_CODE_EXPIRED: "OTP_EXPIRED",
  ONE_TIME_CODE_LOCKED: "TOO_MANY_ATTEMPTS",
};

/** In better-auth's own form, `{ code, message }`, with the facts that all our errors have beside it. */
function refuse(name: BizErrorName, details: BizError["details"] = {}): Response {
  const { code, message } = ERRORS[name];
  const { retryAfterMs } = details;
  const biz = { code, name, message, details, traceId: currentTraceId() ?? newTraceId() };
  return Response.json(
    {
      code: LIBRARY_CODES[name] ?? name,
      message,
      details,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      error: biz,
    },
    {
      status: httpStatusOf(name),
      headers: retryAfterMs === undefined ? {} : { "retry-after": String(Math.ceil(retryAfterMs / 1_000)) },
    },
  );
}

async function send(answer: Response, response: ServerResponse): Promise<void> {
  const body = Buffer.from(await answer.arrayBuffer());
  for (const [name, value] of answer.headers) if (name !== "set-cookie") response.setHeader(name, value);
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) response.setHeader("set-cookie", cookies);
  response.setHeader("cache-control", "no-store");
  response.setHeader("content-length", body.length);
  response.writeHead(answer.status);
  response.end(body);
}

const firstOf = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);
