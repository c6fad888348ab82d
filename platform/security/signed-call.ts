import { createHash, createHmac, hash, randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { BizError } from "@/domain/contracts/errors";
import { NONCE } from "@/domain/contracts/ids";
import { SIGNATURE_WINDOW_MS, type SignatureHeaders, textToSign } from "@/domain/rules/signed-call";
import type { HmacKey } from "./hmac-key";

const TIMESTAMP = /^\d{13}$/;
const SIGNATURE = /^[\da-f]{64}$/;

/** Why a call is not taken, as `reason` of SIGNATURE_INVALID says it. */
type SignatureProblem = "missing" | "malformed" | "wrong" | "stale";

interface ReceivedCall {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/**
 * Returns nonce and time of a call that is genuine and in its window; that it was not used before is the caller's to check.
 * Throws SIGNATURE_INVALID with `reason` and, where one header is at fault, that in `field`.
 */
export function verifyCall(
  key: HmacKey,
  call: ReceivedCall,
  nowMs: number,
): { nonce: string; signedAtMs: number } {
  const { "x-dp-timestamp": timestamp, "x-dp-nonce": nonce, "x-dp-signature": signature } = call.headers;
  if (signature === undefined) throw refusal("missing", "x-dp-signature");
  if (timestamp === undefined) throw refusal("missing", "x-dp-timestamp");
  if (nonce === undefined) throw refusal("missing", "x-dp-nonce");
  if (typeof timestamp !== "string" || !TIMESTAMP.test(timestamp))
    throw refusal("malformed", "x-dp-timestamp");
  if (typeof nonce !== "string" || !NONCE.test(nonce)) throw refusal("malformed", "x-dp-nonce");
  const { method, path } = call;
  const bodyHash = hash("sha256", call.body, "hex");
  if (!isSame(key.sign(textToSign({ method, path, bodyHash, timestamp, nonce })), signature))
    throw refusal(isSignature(signature) ? "wrong" : "malformed", "x-dp-signature");
  // Looked at last, so that only who can sign learns what our clock says.
  const signedAtMs = Number(timestamp);
  if (Math.abs(nowMs - signedAtMs) > SIGNATURE_WINDOW_MS) throw refusal("stale", "x-dp-timestamp");
  return { nonce, signedAtMs };
}

export const refusal = (reason: SignatureProblem, field: string) =>
  new BizError("SIGNATURE_INVALID", { reason, field });

const isSignature = (value: unknown) => typeof value === "string" && SIGNATURE.test(value);

/** Takes as long for whatever is wrong in a text of the right length. */
function isSame(own: string, given: unknown): boolean {
  if (typeof given !== "string" || given.length !== own.length) return false;
  let difference = 0;
  for (let i = 0; i < own.length; i++) difference |= own.charCodeAt(i) ^ given.charCodeAt(i);
  return difference === 0;
}

/** For clients of our own that are no browsers. */
export function signCall(
  signingKey: string,
  call: { method: string; path: string; body: string },
  nowMs: number,
  nonce: string = randomUUID(),
): SignatureHeaders {
  const timestamp = String(nowMs);
  const bodyHash = createHash("sha256").update(call.body).digest("hex");
  const text = textToSign({ method: call.method, path: call.path, bodyHash, timestamp, nonce });
  return {
    "x-dp-timestamp": timestamp,
    "x-dp-nonce": nonce,
    "x-dp-signature": createHmac("sha256", signingKey).update(text).digest("hex"),
  };
}
