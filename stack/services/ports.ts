import { randomInt } from "node:crypto";
import { createServer } from "node:net";

export function isPortFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** How many ports after the wanted one are tried. */
const PORTS_TRIED_MAX = 100;

/**
 * The first free port from `wanted` upwards, leaving out those in `taken`; with 0 any that no outgoing connection can take.
 * @throws Error when a hundred ports in a row are taken.
 */
export async function findFreePort(
  wanted: number,
  options: { host?: string; taken?: ReadonlySet<number> } = {},
): Promise<number> {
  const host = options.host ?? "127.0.0.1";
  if (wanted === 0) return chooseAnyPort(host);
  for (let port = wanted; port < Math.min(wanted + PORTS_TRIED_MAX, 65_536); port += 1) {
    if (!options.taken?.has(port) && (await isPortFree(port, host))) return port;
  }
  throw new Error(`No free port between ${wanted} and ${wanted + PORTS_TRIED_MAX - 1}.`);
}

/**
 * What comes before the ports that systems give to outgoing connections (from 32,768 on Linux, from 49,152 elsewhere). One of those may be
 * given away in the moment between our look and the server's start, or while a server restarts on its port.
 */
export const ANY_PORT = { from: 10_240, to: 32_767 };
const ANY_TRIED_MAX = 1_000;
/** A process never chooses a port twice: what it started there may be down for a moment. */
const chosen = new Set<number>();

async function chooseAnyPort(host: string): Promise<number> {
  for (let tried = 0; tried < ANY_TRIED_MAX; tried += 1) {
    const port = randomInt(ANY_PORT.from, ANY_PORT.to + 1);
    if (chosen.has(port)) continue;
    chosen.add(port);
    if (await isPortFree(port, host)) return port;
  }
  throw new Error(`No free port between ${ANY_PORT.from} and ${ANY_PORT.to}.`);
}
