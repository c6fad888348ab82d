import { createHash } from "node:crypto";
import { type Credentials, equalsInConstantTime, sign } from "./channel-auth";

interface RequestLine {
  method: string;
  /** As it stands there, still escaped. */
  path: string;
  query: QueryPair[];
}

export type QueryPair = readonly [key: string, value: string];

/** How far the caller's clock may be from ours. */
export const CLOCK_SKEW_SECONDS_MAX = 600;

/** The pairs of a query string, keys lower-cased, values unescaped. `+` stays `+`: the signer does not escape. */
export function parseQuery(query: string): QueryPair[] {
  return query
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const at = part.indexOf("=");
      const [key, value] = at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
      return [percentDecode(key).toLowerCase(), percentDecode(value)] as const;
    });
}

/** The value of a query key that may stand once; the last one wins. */
export function findQueryValue(query: QueryPair[], key: string): string | undefined {
  return query.findLast(([candidate]) => candidate === key)?.[1];
}

/**
 * Why a request line is not authentic, or undefined when it is
 * (https://pusher.com/docs/channels/library_auth_reference/rest-api/#authentication). It stands for the body, of which it
 * holds the hash, so nothing has to be read for somebody without the secret; `findBodyFault` compares it afterwards.
 * The path counts both as sent and unescaped, since the client library signs user ids before they are escaped.
 */
export function findSignatureFault(
  request: RequestLine,
  credentials: Credentials,
  nowSeconds: number,
): string | undefined {
  const { method, path, query } = request;
  if (findQueryValue(query, "auth_key") !== credentials.key) return "auth_key is not the key of this app";
  if (findQueryValue(query, "auth_version") !== "1.0") return "auth_version must be 1.0";

  const timestamp = findQueryValue(query, "auth_timestamp") ?? "";
  if (!/^\d{1,12}$/.test(timestamp)) return "auth_timestamp must be seconds since 1970";
  if (Math.abs(nowSeconds - Number(timestamp)) > CLOCK_SKEW_SECONDS_MAX) {
    return `auth_timestamp is more than ${CLOCK_SKEW_SECONDS_MAX} seconds from the server's clock`;
  }

  const signature = findQueryValue(query, "auth_signature") ?? "";
  const sortedQuery = query
    .filter(([key]) => key !== "auth_signature")
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, value]) => `${key}=${value}`)
    .join("&");
  const isSigned = [path, percentDecode(path)].some((candidate) =>
    equalsInConstantTime(signature, sign(credentials.secret, `${method}\n${candidate}\n${sortedQuery}`)),
  );
  return isSigned ? undefined : "auth_signature is not valid";
}

/** Why a body is not the one that was signed, or undefined when it is. */
export function findBodyFault(query: QueryPair[], body: Buffer): string | undefined {
  const bodyMd5 = findQueryValue(query, "body_md5");
  if (body.length === 0 && bodyMd5 === undefined) return undefined;
  const expected = createHash("md5").update(body).digest("hex");
  return equalsInConstantTime(bodyMd5 ?? "", expected) ? undefined : "body_md5 does not match the body";
}

/** Percent escapes undone; text that is not well escaped is left as it is. */
export function percentDecode(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
