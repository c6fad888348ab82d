import { parentPort, workerData } from "node:worker_threads";
import { WebSocket } from "ws";

/** What a thread of sockets is told: everybody comes as themselves, with their own cookie and from their own address. */
export interface SocketsOrder {
  wsUrl: string;
  authUrl: string;
  origin: string;
  opensPerSecond: number;
  sockets: { channel: string; cookie: string; address: string | null; isReporter: boolean }[];
}
/** What it says, a few times a second. */
export interface SocketsNews {
  open: number;
  messages: number;
  /** Gifts that a reporter saw in its room, with when. */
  seen: [giftOrderId: string, atMs: number][];
}

const NEWS_MS = 100;
const REOPEN_MS = 2_000;
const PING_BYTES_MAX = 100;
const PONG = '{"event":"pusher:pong","data":{}}';
/** pusher-js never comes back after these. */
const isFinal = (code: number) => (code >= 4000 && code < 4100) || code >= 4300;

/** Runs in a thread of its own: what it reads must not make the gifts late. */
export function runSocketsThread(): void {
  const order = workerData as SocketsOrder;
  const news: SocketsNews = { open: 0, messages: 0, seen: [] };
  let next = 0;
  setInterval(
    () => {
      const socket = order.sockets[next];
      if (!socket) return;
      next += 1;
      open(order, socket, news);
    },
    Math.max(1, 1_000 / order.opensPerSecond),
  );
  setInterval(() => {
    parentPort?.postMessage(news);
    news.seen = [];
  }, NEWS_MS);
}

function open(order: SocketsOrder, member: SocketsOrder["sockets"][number], news: SocketsNews): void {
  const socket = new WebSocket(order.wsUrl, {
    perMessageDeflate: false,
    ...(member.address ? { localAddress: member.address } : {}),
  });
  let isSubscribed = false;
  socket.on("message", (bytes: Buffer) => {
    news.messages += 1;
    if (bytes.length < PING_BYTES_MAX && bytes.includes("pusher:ping")) return socket.send(PONG);
    if (isSubscribed && !member.isReporter) return;
    const message = JSON.parse(bytes.toString()) as { event: string; data?: string };
    if (message.event === "pusher:connection_established") {
      const { socket_id } = JSON.parse(message.data ?? "{}") as { socket_id: string };
      subscribe(order, member, socket_id).then(
        (subscription) => socket.send(subscription),
        () => socket.close(),
      );
    } else if (message.event === "pusher_internal:subscription_succeeded") {
      isSubscribed = true;
      news.open += 1;
    } else if (member.isReporter) report(message, news);
  });
  socket.on("error", () => socket.terminate());
  socket.on("close", (code) => {
    if (isSubscribed) news.open -= 1;
    if (!isFinal(code)) setTimeout(() => open(order, member, news), REOPEN_MS * (0.5 + Math.random()));
  });
}

async function subscribe(
  order: SocketsOrder,
  { channel, cookie }: SocketsOrder["sockets"][number],
  socketId: string,
): Promise<string> {
  const response = await fetch(order.authUrl, {
    method: "POST",
    headers: { cookie, origin: order.origin, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ socket_id: socketId, channel_name: channel }),
  });
  if (!response.ok) throw new Error(`${order.authUrl} answered ${response.status}.`);
  const granted = (await response.json()) as Record<string, string>;
  return JSON.stringify({ event: "pusher:subscribe", data: { channel, ...granted } });
}

function report(message: { event: string; data?: string }, news: SocketsNews): void {
  if (!message.data?.includes("gift.settled")) return;
  const body = JSON.parse(message.data) as { events?: SeenEvent[] } & SeenEvent;
  const atMs = performance.timeOrigin + performance.now();
  for (const event of body.events ?? [body])
    if (event.event === "gift.settled")
      for (const id of [event.giftOrderId, ...(event.mergedOrderIds ?? [])])
        if (id) news.seen.push([id, atMs]);
}
interface SeenEvent {
  event?: string;
  giftOrderId?: string;
  mergedOrderIds?: string[];
}
