import type { IncomingMessage } from "node:http";
import { BizError } from "@/domain/contracts/errors";
import { counter } from "@/platform/observability/metrics";
import type { RedisClient } from "@/platform/redis/client";
import { setSharedTime, sharedNowMs } from "@/platform/runtime/shared-clock";
import { refusal, verifyCall } from "@/platform/security/signed-call";
import { compareWithRedis } from "../clock/compare-clocks";
import type { RawInput } from "../fast-path/request-input";
import { CallNonce } from "../queue/call-nonce";
import type { Session } from "../services/context";

const refused = counter(
  "downpour_signed_calls_refused_total",
  "Mutations of somebody with a session that were refused for their signature, by reason",
  ["reason"],
);

interface SentCall {
  request: IncomingMessage;
  input: RawInput;
  session: Session;
  redis: RedisClient;
  /** Whether the call's own script notes its nonce. */
  notesNonce: boolean;
}

/**
 * Whether a mutation is what somebody with this session signed, and comes for the first time. Its nonce is noted before
 * anything is done, or by the script that does it.
 *
 * Throws SIGNATURE_INVALID with `reason` (missing, malformed, wrong, stale), REPLAYED, and UNAVAILABLE where nobody can tell
 * whether it came before.
 */
export function authenticateCall(call: SentCall): CallNonce | Promise<CallNonce> {
  try {
    return admit(call);
  } catch (error) {
    // Whoever signed it is genuine: perhaps it is this process that is wrong about the time.
    if (reasonOf(error) === "stale") return authenticateAtTheRightTime(call);
    throw counted(error);
  }
}

/** Once more by the time that all processes share. */
async function authenticateAtTheRightTime(call: SentCall): Promise<CallNonce> {
  try {
    setSharedTime((await compareWithRedis(call.redis)).told);
  } catch (cause) {
    refused.inc({ reason: "unavailable" });
    throw new BizError("UNAVAILABLE", {}, { cause });
  }
  try {
    return await admit(call);
  } catch (error) {
    throw counted(error);
  }
}

function admit(call: SentCall): CallNonce | Promise<CallNonce> {
  const nonce = verify(call);
  return call.notesNonce ? nonce : noteNonce(nonce, call.redis);
}

const reasonOf = (error: unknown) => (error instanceof BizError ? error.details.reason : undefined);

function counted(error: unknown): unknown {
  const reason = reasonOf(error);
  if (reason !== undefined) refused.inc({ reason: String(reason) });
  return error;
}

function verify({ request, input, session }: SentCall): CallNonce {
  // What was not read to its end cannot be what was signed.
  if (input.failure) throw input.failure;
  const { signingKey, userId } = session;
  if (!signingKey) throw refusal("missing", "x-dp-signature");
  const { method = "", url = "", headers } = request;
  const nowMs = sharedNowMs();
  const received = { method, path: url, headers, body: input.text ?? "" };
  const { nonce, signedAtMs } = verifyCall(signingKey.hmac, received, nowMs);
  return new CallNonce(nonce, userId, { signedAtMs, nowMs });
}

/** Throws REPLAYED and UNAVAILABLE. */
export async function noteNonce(nonce: CallNonce, redis: RedisClient): Promise<CallNonce> {
  try {
    await nonce.use(redis);
    return nonce;
  } catch (cause) {
    const isReplayed = cause instanceof BizError;
    refused.inc({ reason: isReplayed ? "replayed" : "unavailable" });
    throw isReplayed ? cause : new BizError("UNAVAILABLE", {}, { cause });
  }
}

/** For what the script of a call found out. */
export function countReplayed(cause: unknown): void {
  if (cause instanceof BizError && cause.bizName === "REPLAYED") refused.inc({ reason: "replayed" });
}
