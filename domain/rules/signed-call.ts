/*
 * What is signed of a mutation, by whoever sends one: the page, other clients and the tests. The web process checks the
 * same text (`platform/security/signed-call.ts`).
 */

/** A call is taken this long before and after the instant that it names; its nonce works once within that time. */
export const SIGNATURE_WINDOW_MS = 60_000;

interface CallFacts {
  method: string;
  /** As it stands in the request, with its query if there is one: `/api/trpc/gift.send`. */
  path: string;
  /** Hex SHA-256 of the body as it is sent. */
  bodyHash: string;
  /** Milliseconds since 1970. */
  timestamp: string;
  /** A uuid that no other call has. */
  nonce: string;
}

export interface SignatureHeaders extends Record<string, string> {
  "x-dp-timestamp": string;
  "x-dp-nonce": string;
  /** Hex HMAC-SHA256 of `textToSign` with the session's signing key, whose characters are the key. */
  "x-dp-signature": string;
}

export function textToSign({ method, path, bodyHash, timestamp, nonce }: CallFacts): string {
  return `${method}\n${path}\n${bodyHash}\n${timestamp}\n${nonce}`;
}
