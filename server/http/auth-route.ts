import type { IncomingMessage, ServerResponse } from "node:http";
import { toNodeHandler } from "better-auth/node";
import { pingDatabase } from "@/db/ping";
import type { Auth } from "../auth/auth";
import { errorReason } from "../auth/error-reason";
import { httpStatusOf } from "../contracts/error-status";
import { BizError, ERRORS } from "../contracts/errors";
import { isRefusedValue, isUnavailable } from "../rules/driver-errors";
import type { Resources } from "../services/context";

const BODY_BYTES_MAX = 16 * 1024;
const PING_MS = 1_000;

export type AuthRoute = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** `/api/auth/*`. Throws INVALID_INPUT for bodies that better-auth should not even read. */
export function createAuthRoute(auth: Auth, resources: Pick<Resources, "live" | "log">): AuthRoute {
  const { live, log } = resources;

  /** In better-auth's own form, `{ code, message }`. */
  function answer(name: "INTERNAL" | "UNAVAILABLE"): Response {
    return Response.json({ code: name, message: ERRORS[name].message }, { status: httpStatusOf(name) });
  }

  const handler = toNodeHandler(async (request: Request) => {
    try {
      const response = await auth.handler(request);
      if (response.status !== 500) return response;
    } catch (error) {
      const name = isUnavailable(error) ? "UNAVAILABLE" : isRefusedValue(error) ? undefined : "INTERNAL";
      if (!name)
        return Response.json(
          { code: "INVALID_INPUT", message: ERRORS.INVALID_INPUT.message },
          { status: 400 },
        );
      log[name === "INTERNAL" ? "error" : "warn"]({ reason: errorReason(error) }, "auth: a request failed");
      return answer(name);
    }
    // better-auth says 500 and nothing else, whether the database is away or something broke.
    return pingDatabase(live, PING_MS).then(
      () => answer("INTERNAL"),
      () => answer("UNAVAILABLE"),
    );
  });

  return async function handleAuth(request, response) {
    const { headers } = request;
    if (
      headers["transfer-encoding"] !== undefined ||
      Number(headers["content-length"] ?? 0) > BODY_BYTES_MAX
    ) {
      throw new BizError("INVALID_INPUT", { field: "body" });
    }
    await handler(request, response);
  };
}
