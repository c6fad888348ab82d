import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { BizError } from "../contracts/errors";

/** A message is taken this long before and after the instant that it names; its nonce must be new within that time. */
export const MESSAGE_WINDOW_MS = 5 * 60_000;

const NONCE = /^[\w-]{16,64}$/;
const TIMESTAMP = /^\d{13}$/;

/** What one server sends another beside a body, so that the other knows the body, its sender and its time. */
export interface MessageHeaders extends Record<string, string> {
  /** Milliseconds since 1970. */
  "x-dp-timestamp": string;
  "x-dp-nonce": string;
  /** Hex HMAC-SHA256 of `timestamp + "\n" + nonce + "\n" + body`. */
  "x-dp-signature": string;
}

function sign(secret: string, timestamp: string, nonce: string, body: string | Buffer): Buffer {
  return createHmac("sha256", secret).update(`${timestamp}\n${nonce}\n`).update(body).digest();
}

export function signMessage(
  secret: string,
  message: { body: string; timestampMs: number; nonce: string },
): MessageHeaders {
  const timestamp = String(message.timestampMs);
  return {
    "x-dp-timestamp": timestamp,
    "x-dp-nonce": message.nonce,
    "x-dp-signature": sign(secret, timestamp, message.nonce, message.body).toString("hex"),
  };
}

/**
 * Returns the nonce of a message that is genuine and in its window; that it was not used before is the caller's to check.
 * Throws SIGNATURE_INVALID, with the header at fault in `field`.
 */
export function verifyMessage(
  secret: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
  nowMs: number,
): string {
  const { "x-dp-timestamp": timestamp, "x-dp-nonce": nonce, "x-dp-signature": signature } = headers;
  const refuse = (field: string) => new BizError("SIGNATURE_INVALID", { field });
  if (typeof timestamp !== "string" || !TIMESTAMP.test(timestamp)) throw refuse("x-dp-timestamp");
  if (typeof nonce !== "string" || !NONCE.test(nonce)) throw refuse("x-dp-nonce");
  if (typeof signature !== "string" || !/^[\da-f]{64}$/.test(signature)) throw refuse("x-dp-signature");
  if (!timingSafeEqual(sign(secret, timestamp, nonce, body), Buffer.from(signature, "hex"))) {
    throw refuse("x-dp-signature");
  }
  // Looked at last, so that only who can sign learns what our clock says.
  if (Math.abs(nowMs - Number(timestamp)) > MESSAGE_WINDOW_MS) throw refuse("x-dp-timestamp");
  return nonce;
}
