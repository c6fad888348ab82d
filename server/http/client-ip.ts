import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

/**
 * The caller's address. Behind a proxy that is trusted it is the last one in X-Forwarded-For, the only one that the
 * proxy itself has seen: what stands before it, the caller may have written.
 */
export function clientIp(request: IncomingMessage, trustProxy: boolean): string {
  if (trustProxy) {
    const header = request.headers["x-forwarded-for"];
    const last = (Array.isArray(header) ? header.join(",") : header)?.split(",").at(-1)?.trim();
    if (last && isIP(last)) return plainAddress(last);
  }
  return plainAddress(request.socket.remoteAddress ?? "unknown");
}

/** What limits count by: an IPv6 caller owns a whole /64 and is counted as one. */
export function limitKeyOf(ip: string): string {
  if (!ip.includes(":")) return ip;
  const [head = "", tail = ""] = ip.split("::", 2);
  const groups = head === "" ? [] : head.split(":");
  const tailGroups = tail === "" ? [] : tail.split(":");
  while (groups.length + tailGroups.length < 8 && ip.includes("::")) groups.push("0");
  return [...groups, ...tailGroups].slice(0, 4).join(":");
}

const plainAddress = (ip: string) => (ip.startsWith("::ffff:") && ip.includes(".") ? ip.slice(7) : ip);
