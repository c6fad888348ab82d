import { Code } from "./close-codes";
import { findQueryValue, parseQuery, percentDecode } from "./http-signature";

export interface Refusal {
  code: number;
  message: string;
}

const SUPPORTED_PROTOCOL = "7";

/** The app key that a WebSocket request names, or why the request cannot be served. */
export function parseHandshake(url: string): { key: string } | Refusal {
  const [path = "", queryText = ""] = url.split(/\?(.*)/s, 2);
  const key = /^\/app\/([^/]+)\/?$/.exec(path)?.[1];
  if (!key) return { code: Code.pathUnknown, message: "Path not found" };
  const protocol = findQueryValue(parseQuery(queryText), "protocol");
  if (protocol === undefined || protocol === "") {
    return { code: Code.versionMissing, message: "No protocol version supplied" };
  }
  if (!/^\d+$/.test(protocol)) {
    return { code: Code.versionMalformed, message: "Invalid version string format" };
  }
  if (protocol !== SUPPORTED_PROTOCOL) {
    return { code: Code.versionUnsupported, message: "Unsupported protocol version" };
  }
  return { key: percentDecode(key) };
}
