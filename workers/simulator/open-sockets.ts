import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { roomChannel } from "@/domain/contracts/events";
import { SIMULATED_SOCKETS_MAX } from "@/domain/contracts/simulator";
import type { SessionCookies } from "@/server/auth/session-cookies";
import type { Audience } from "./audience";
import type { SocketsNews, SocketsOrder } from "./sockets-thread";
import { addressOf, tokenCookieOf } from "./web-client";

const OPENS_PER_SECOND = 150;
/** What reading everything in a busy room costs one core beside all else. */
const SOCKETS_PER_CORE = 1_000;
const FILES_FOR_OTHERS = 2_000;

/** How many sockets this machine bears beside the product, and why no more. */
export function countSockets(wanted: number | null): { sockets: number; because: string } {
  const cores = availableParallelism();
  const byCores = Math.min(SIMULATED_SOCKETS_MAX, cores * SOCKETS_PER_CORE);
  const byFiles = Math.max(0, readFilesMax() - FILES_FOR_OTHERS);
  const sockets = Math.min(wanted ?? byCores, byFiles, SIMULATED_SOCKETS_MAX);
  if (wanted !== null && sockets === wanted) return { sockets, because: "as many as were asked for" };
  if (sockets === byFiles)
    return { sockets, because: `a process may open ${byFiles + FILES_FOR_OTHERS} files here` };
  return { sockets, because: `${SOCKETS_PER_CORE} for each of ${cores} cores` };
}

function readFilesMax(): number {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? SIMULATED_SOCKETS_MAX);
  } catch {
    return 4_096;
  }
}

export interface OpenSockets {
  readonly wanted: number;
  readonly news: Omit<SocketsNews, "seen">;
  close(): Promise<void>;
}

/**
 * Opens sockets of people who are present, each to their room; the first of a room says which gifts it sees. They run in a
 * thread of the bundle at `bundleUrl`.
 */
export async function openSockets(
  options: {
    publicUrl: URL;
    bundleUrl: string;
    sockets: number;
    audience: Audience;
    cookies: SessionCookies;
  },
  onSeen: (giftOrderId: string, atMs: number) => void,
): Promise<OpenSockets> {
  const { publicUrl, bundleUrl, audience, cookies } = options;
  const webUrl = new URL(publicUrl);
  const isLoopback = ["localhost", "127.0.0.1"].includes(webUrl.hostname);
  if (isLoopback) webUrl.hostname = "127.0.0.1";
  const answer = await fetch(new URL("/api/push/config", webUrl));
  const config = (await answer.json()) as { key: string; wsHost: string; wsPort: number; forceTLS: boolean };
  const wsHost = config.wsHost === "localhost" ? "127.0.0.1" : config.wsHost;
  const people = audience.listPresent(options.sockets);
  const reported = new Set<string>();
  const members = people.map((person) => {
    const roomId = person.room?.roomId ?? "";
    const isReporter = !reported.has(roomId);
    reported.add(roomId);
    return { person, roomId, isReporter };
  });
  // Rooms in which none of them is are watched by somebody, too, so that each gift may be seen.
  for (const [i, { roomId }] of audience.rooms.entries()) {
    const person = people[i % people.length];
    if (!reported.has(roomId) && person) members.push({ person, roomId, isReporter: true });
  }
  const order: SocketsOrder = {
    wsUrl: `${config.forceTLS ? "wss" : "ws"}://${wsHost}:${config.wsPort}/app/${config.key}?protocol=7&client=simulator&version=1`,
    authUrl: new URL("/api/push/auth", webUrl).href,
    origin: publicUrl.origin,
    opensPerSecond: OPENS_PER_SECOND,
    sockets: members.map(({ person, roomId, isReporter }) => ({
      channel: roomChannel(roomId),
      cookie: tokenCookieOf(cookies, person),
      address: isLoopback ? addressOf(person) : null,
      isReporter,
    })),
  };
  const thread = new Worker(new URL(bundleUrl), { workerData: order });
  const news = { open: 0, messages: 0 };
  let fault: Error | undefined;
  thread.on("error", (error) => {
    fault = error;
  });
  thread.on("message", ({ seen, ...counts }: SocketsNews) => {
    Object.assign(news, counts);
    for (const [giftOrderId, atMs] of seen) onSeen(giftOrderId, atMs);
  });
  return {
    wanted: order.sockets.length,
    news,
    async close() {
      await thread.terminate();
      if (fault) throw fault;
    },
  };
}
