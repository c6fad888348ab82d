import { BizError } from "@/domain/contracts/errors";
import type { ClientAddress } from "@/platform/security/client-address";
import { authenticateCall } from "../auth/authenticate-call";
import type { ReadSession, SessionRead } from "../auth/read-session";
import type { TrpcGate } from "../fast-path/gate";
import { createTrpcHandler, type TrpcHandler } from "../fast-path/node-adapter";
import type { CallNonce } from "../queue/call-nonce";
import { CallContext } from "../services/call-context";
import type { Ctx, Resources, Session } from "../services/context";
import { nameError } from "./error-shape";
import { listProcedures } from "./list-procedures";
import { type AppRouter, appRouter } from "./router";

const BODY_BYTES_MAX = 64 * 1024;
const BATCH_CALLS_MAX = 20;
/** No statement runs longer. A database that hangs does not even say so: nobody waits for it beyond this. */
const CALL_MS_MAX = 10_000;
export const TRPC_BASE_PATH = "/api/trpc/";

/** Calls whose script notes their nonce, sent by themselves: a batch has one nonce for all that is in it. */
const NOTING_URLS: ReadonlySet<string> = new Set(
  listProcedures().flatMap(({ path, notesNonce }) => (notesNonce ? TRPC_BASE_PATH + path : [])),
);

interface Built {
  ctx: Ctx;
  setCookies: readonly string[];
}

export interface AppHandlerOptions<P> {
  resources: Resources;
  readSession: ReadSession;
  /** Throws RATE_LIMITED. */
  limitCalls(session: Session | null, address: ClientAddress, calls: number): void;
  addressOf(request: Parameters<TrpcHandler>[0]): ClientAddress;
  gate: TrpcGate<P>;
  onCall(procedure: string, httpStatus: number, startedMs: number): void;
}

/** The product's procedures over HTTP. */
export function createAppHandler<P>(options: AppHandlerOptions<P>): TrpcHandler {
  const { resources, readSession, limitCalls, addressOf } = options;
  const { log } = resources;

  return createTrpcHandler<AppRouter, P>({
    router: appRouter,
    basePath: TRPC_BASE_PATH,
    bodyBytesMax: BODY_BYTES_MAX,
    batchCallsMax: BATCH_CALLS_MAX,
    callMsMax: CALL_MS_MAX,
    onLate: () => new BizError("UNAVAILABLE"),
    createContext(request, calls, traceId, input) {
      const address = addressOf(request);
      const build = ({ session, setCookies }: SessionRead): Built | Promise<Built> => {
        limitCalls(session, address, calls);
        const finish = (nonce?: CallNonce): Built => ({
          ctx: new CallContext(resources, session, traceId, address, request.headers.cookie, nonce),
          setCookies,
        });
        // Only mutations are posted, whatever their names.
        if (request.method !== "POST" || !session) return finish();
        // For clients that do not sign yet (ADR 43).
        if (request.headers["x-dp-signature"] === undefined) return finish();
        const notesNonce = NOTING_URLS.has(request.url ?? "");
        const nonce = authenticateCall({ request, input, session, redis: resources.redis, notesNonce });
        return nonce instanceof Promise ? nonce.then(finish) : finish(nonce);
      };
      const read = readSession(request.headers.cookie);
      return read instanceof Promise ? read.then(build) : build(read);
    },
    gate: options.gate,
    onCall: options.onCall,
    onError(error, procedure, traceId) {
      const { name } = nameError(error);
      if (name === "INTERNAL") {
        log.error({ err: error.cause ?? error, procedure, traceId }, "a procedure failed");
      } else if (name === "UNAVAILABLE") {
        log.warn({ reason: String(error.cause ?? error), procedure, traceId }, "a procedure is unavailable");
      }
    },
    headersOf: (traceId) => ({
      "x-trace-id": traceId,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    }),
  });
}
