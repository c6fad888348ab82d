import type { IncomingMessage } from "node:http";
import { hostname, networkInterfaces } from "node:os";
import { DEFAULT_PUBLIC_URL, type Env, isDemoMode } from "@/platform/settings/env";

/** Addresses of this machine change when it moves to another network; they are looked up at most this often. */
const INTERFACES_MS = 5_000;
const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];

export interface OwnNames {
  /** Whether a request was sent to a name of ours: any other may be a name that somebody pointed here. */
  isOwnHost(request: IncomingMessage): boolean;
  /**
   * Protection against forged requests: browsers name the page a writing request comes from, and other sites' pages are
   * refused. Requests without an Origin are not from a page (apps, servers), unless the browser says "cross-site".
   */
  isOriginAllowed(request: IncomingMessage): boolean;
}

/**
 * Ours are PUBLIC_URL and TRUSTED_ORIGINS. In demo and development also this machine's own addresses, on the port that
 * people use: whoever tries it out types whichever they know, and no name that somebody else can point here is among them.
 */
export function createOwnNames(
  env: Pick<Env, "PUBLIC_URL" | "TRUSTED_ORIGINS" | "DOWNPOUR_MODE">,
  listAddresses: () => string[] = listMachineAddresses,
): OwnNames {
  const urls = [env.PUBLIC_URL, ...env.TRUSTED_ORIGINS.split(",")]
    .map((text) => text.trim())
    .filter(Boolean)
    .map((text) => new URL(text));
  const origins = new Set(urls.map((url) => url.origin));
  const hosts = new Set(urls.flatMap(hostsOf));
  const publicPort = portOf(new URL(env.PUBLIC_URL));
  const isProduction = !isDemoMode(env);
  /** Without a name of its own, production answers to its addresses, but trusts no page from there. */
  const isNamed = isProduction && env.PUBLIC_URL !== DEFAULT_PUBLIC_URL;
  let machine = new Set<string>();
  let readAtMs = Number.NEGATIVE_INFINITY;
  /** What was taken for this machine's name last, and the port it came to: most requests name the same. */
  let lastHost: string | undefined;
  let lastPort: number | undefined;

  function isOfThisMachine(host: string, localPort: number | undefined): boolean {
    if (performance.now() - readAtMs > INTERFACES_MS) {
      readAtMs = performance.now();
      machine = new Set([...LOOPBACK_NAMES, ...listAddresses()]);
      lastHost = undefined;
    }
    if (host === lastHost && localPort === lastPort) return true;
    if (!namesThisMachine(host, localPort)) return false;
    lastHost = host;
    lastPort = localPort;
    return true;
  }

  function namesThisMachine(host: string, localPort: number | undefined): boolean {
    const at = host.lastIndexOf(":");
    const hasPort = at > host.lastIndexOf("]");
    const name = hasPort ? host.slice(0, at) : host;
    const port = hasPort ? host.slice(at + 1) : "80";
    if (port !== publicPort && port !== String(localPort)) return false;
    return machine.has(name) || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
  }

  return {
    isOwnHost({ headers, socket }) {
      const { host } = headers;
      // No browser leaves it out, so nobody's page is behind it.
      if (host === undefined) return !isNamed;
      if (hosts.has(host)) return true;
      const plain = host.toLowerCase();
      return hosts.has(plain) || (!isNamed && isOfThisMachine(plain, socket.localPort));
    },
    isOriginAllowed({ method, headers, socket }) {
      if (method === "GET" || method === "HEAD" || method === "OPTIONS") return true;
      const { origin } = headers;
      if (origin === undefined) return headers["sec-fetch-site"] !== "cross-site";
      if (origins.has(origin)) return true;
      if (isProduction || !origin.startsWith("http://")) return false;
      return isOfThisMachine(origin.slice("http://".length), socket.localPort);
    },
  };
}

/** As a Host header may write it: with and without the port that goes without saying. */
function hostsOf(url: URL): string[] {
  return url.port === "" ? [url.host, `${url.host}:${portOf(url)}`] : [url.host];
}

function portOf(url: URL): string {
  return url.port || (url.protocol === "https:" ? "443" : "80");
}

function listMachineAddresses(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const literals = addresses.map(({ family, address }) => (family === "IPv6" ? `[${address}]` : address));
  return [...literals, hostname().toLowerCase()];
}
