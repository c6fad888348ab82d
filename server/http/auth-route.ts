import type { IncomingMessage, ServerResponse } from "node:http";
import { toNodeHandler } from "better-auth/node";
import { pingDatabase } from "@/db/ping";
import { type Auth, CLIENT_IP_HEADER } from "../auth/auth";
import { BizError, ERRORS } from "../contracts/errors";
import type { Resources } from "../services/context";

const BODY_BYTES_MAX = 16 * 1024;
const PING_MS = 1_000;

export type AuthRoute = (request: IncomingMessage, response: ServerResponse, ip: string) => Promise<void>;

/** `/api/auth/*`. Throws INVALID_INPUT for bodies that better-auth should not even read. */
export function createAuthRoute(auth: Auth, resources: Pick<Resources, "live" | "log">): AuthRoute {
  const handler = toNodeHandler(async (request: Request) => {
    const response = await auth.handler(request);
    if (response.status !== 500) return response;
    // better-auth says 500 and nothing else, whether the database is away or something broke.
    const name = await pingDatabase(resources.live, PING_MS).then(
      () => "INTERNAL" as const,
      () => "UNAVAILABLE" as const,
    );
    return Response.json(
      { code: name, message: ERRORS[name].message },
      { status: name === "UNAVAILABLE" ? 503 : 500 },
    );
  });

  return async function handleAuth(request, response, ip) {
    const { headers } = request;
    if (
      headers["transfer-encoding"] !== undefined ||
      Number(headers["content-length"] ?? 0) > BODY_BYTES_MAX
    ) {
      throw new BizError("INVALID_INPUT", { field: "body" });
    }
    headers[CLIENT_IP_HEADER] = ip;
    await handler(request, response);
  };
}
