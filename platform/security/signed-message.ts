import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { LRUCache } from "lru-cache";
import { BizError } from "@/domain/contracts/errors";

/** A message is taken this long before and after the instant that it names; its nonce must be new within that time. */
export const MESSAGE_WINDOW_MS = 5 * 60_000;

const NONCES_MAX = 100_000;
const NONCE = /^[\w-]{16,64}$/;
const TIMESTAMP = /^\d{13}$/;

/** Where a message goes: what is signed for one place says nothing in another. */
export interface MessageTarget {
  method: string;
  /** With its query, as it stands in the request. */
  path: string;
}

/** What one server sends another beside a body, so that the other knows the body, its place, its sender and its time. */
export interface MessageHeaders extends Record<string, string> {
  /** Milliseconds since 1970. */
  "x-dp-timestamp": string;
  "x-dp-nonce": string;
  /** Hex HMAC-SHA256 of `METHOD + "\n" + path + "\n" + timestamp + "\n" + nonce + "\n" + body`. */
  "x-dp-signature": string;
}

interface Signed {
  /** Null signs the body for any place. */
  target: MessageTarget | null;
  timestamp: string;
  nonce: string;
  body: string | Buffer;
}

function sign(secret: string, { target, timestamp, nonce, body }: Signed): Buffer {
  const place = target ? `${target.method}\n${target.path}\n` : "";
  return createHmac("sha256", secret).update(`${place}${timestamp}\n${nonce}\n`).update(body).digest();
}

export function signMessage(
  secret: string,
  message: MessageTarget & { body: string; timestampMs: number; nonce: string },
): MessageHeaders {
  const { method, path, nonce, body } = message;
  const timestamp = String(message.timestampMs);
  return {
    "x-dp-timestamp": timestamp,
    "x-dp-nonce": nonce,
    "x-dp-signature": sign(secret, { target: { method, path }, timestamp, nonce, body }).toString("hex"),
  };
}

export interface ReceivedMessage extends MessageTarget {
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/**
 * Returns the nonce of a message that is genuine and in its window; that it was not used before is the caller's to check.
 * Throws SIGNATURE_INVALID, with the header at fault in `field`.
 */
export function verifyMessage(secret: string, message: ReceivedMessage, nowMs: number): string {
  const { method, path } = message;
  return verify(secret, message, [{ method, path }], nowMs);
}

/**
 * The same for a callback. One that is signed without its place, as callbacks were at first, is taken too: each has a
 * secret of its own that is good for one place only, and its nonce works once.
 */
export function verifyCallback(secret: string, message: ReceivedMessage, nowMs: number): string {
  const { method, path } = message;
  return verify(secret, message, [{ method, path }, null], nowMs);
}

function verify(
  secret: string,
  { headers, body }: ReceivedMessage,
  targets: readonly (MessageTarget | null)[],
  nowMs: number,
): string {
  const { "x-dp-timestamp": timestamp, "x-dp-nonce": nonce, "x-dp-signature": signature } = headers;
  const refuse = (field: string) => new BizError("SIGNATURE_INVALID", { field });
  if (typeof timestamp !== "string" || !TIMESTAMP.test(timestamp)) throw refuse("x-dp-timestamp");
  if (typeof nonce !== "string" || !NONCE.test(nonce)) throw refuse("x-dp-nonce");
  if (typeof signature !== "string" || !/^[\da-f]{64}$/.test(signature)) throw refuse("x-dp-signature");
  const given = Buffer.from(signature, "hex");
  const isGenuine = targets.some((target) =>
    timingSafeEqual(sign(secret, { target, timestamp, nonce, body }), given),
  );
  if (!isGenuine) throw refuse("x-dp-signature");
  // Looked at last, so that only who can sign learns what our clock says.
  if (Math.abs(nowMs - Number(timestamp)) > MESSAGE_WINDOW_MS) throw refuse("x-dp-timestamp");
  return nonce;
}

/** Remembers nonces of one process for as long as their messages are in their window. */
export class NonceMemory {
  private readonly seen = new LRUCache<string, true>({ max: NONCES_MAX, ttl: 2 * MESSAGE_WINDOW_MS });

  /** Throws REPLAYED. */
  use(nonce: string): void {
    if (this.seen.has(nonce)) throw new BizError("REPLAYED");
    this.seen.set(nonce, true);
  }
}
