import { Code } from "./close-codes";
import { findQueryValue, parseQuery, percentDecode } from "./http-signature";

export interface Refusal {
  code: number;
  message: string;
}

export interface Handshake {
  /** The app key. */
  key: string;
  /** Whether the client answers `pusher:ping`; see WITHOUT_PING_EVENTS. */
  answersPingEvents: boolean;
}

/** The official libraries that do not know the event and leave pings to their WebSocket library, as they name themselves. */
const WITHOUT_PING_EVENTS: ReadonlySet<string> = new Set([
  "java-client",
  "pusher-dotnet-client",
  "pusher-websocket-swift",
]);

/** What 5 to 7 added to 4 is sent to everyone: older clients ignore it. */
const SUPPORTED_PROTOCOLS: ReadonlySet<string> = new Set(["4", "5", "6", "7"]);

/** What a client who asks for `/app/{key}?protocol=…&client=…` wants, or why it cannot be served. */
export function parseHandshake(url: string): Handshake | Refusal {
  const [path = "", queryText = ""] = url.split(/\?(.*)/s, 2);
  const key = /^\/app\/([^/]+)\/?$/.exec(path)?.[1];
  if (!key) return { code: Code.pathUnknown, message: "Path not found" };
  const query = parseQuery(queryText);
  const protocol = findQueryValue(query, "protocol");
  if (protocol === undefined || protocol === "") {
    return { code: Code.versionMissing, message: "No protocol version supplied" };
  }
  if (!/^\d+$/.test(protocol)) {
    return { code: Code.versionMalformed, message: "Invalid version string format" };
  }
  if (!SUPPORTED_PROTOCOLS.has(protocol)) {
    return { code: Code.versionUnsupported, message: "Unsupported protocol version" };
  }
  const client = findQueryValue(query, "client") ?? "";
  return { key: percentDecode(key), answersPingEvents: !WITHOUT_PING_EVENTS.has(client) };
}
