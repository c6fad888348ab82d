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
 * The first free port from `wanted` upwards, leaving out those in `taken`. With 0 the system chooses one.
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

function chooseAnyPort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen({ port: 0, host, exclusive: true }, () => {
      const address = probe.address();
      const port = typeof address === "object" && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
