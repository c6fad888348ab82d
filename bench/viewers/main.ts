import { Agent, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { uuid7 } from "@/testkit/load";
import type { SignedIn } from "@/testkit/people";
import { signPosted } from "@/testkit/signing";
import { watchRoom } from "@/testkit/watch-room";
import type { ClickReport } from "../click-to-effect";
import { quantile } from "../lib/row";

/** Sends gifts by the clock and watches for their effects; prints one JSON line. */
interface Order {
  webUrl: string;
  people: SignedIn[];
  rooms: string[];
  giftsPerSecond: number;
  seconds: number;
}

/** What has not been seen this long after the last click is lost. */
const STRAGGLERS_MS_MAX = 15_000;
const TICK_MS = 5;

const order = JSON.parse(process.argv[2] ?? "{}") as Order;
const target = new URL(order.webUrl);
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

const clickedAt = new Map<string, number>();
const acceptedIds = new Set<string>();
const sightings = new Map<string, number>();
const acceptMs: number[] = [];
const seenMs: number[] = [];
const refused: Record<string, number> = {};

for (const roomId of order.rooms) {
  const [watcher] = order.people;
  if (!watcher) throw new Error("Nobody is there.");
  await watchRoom(order.webUrl, watcher, roomId, (event) => {
    if (event.event !== "gift.settled") return;
    const clicked = clickedAt.get(event.giftOrderId);
    if (clicked === undefined) return;
    const times = (sightings.get(event.giftOrderId) ?? 0) + 1;
    sightings.set(event.giftOrderId, times);
    if (times === 1) seenMs.push(performance.now() - clicked);
  });
}

function click(turn: number): Promise<void> {
  const giftOrderId = uuid7();
  const body = JSON.stringify({
    giftOrderId,
    roomId: order.rooms[turn % order.rooms.length],
    giftId: "hearts",
    count: 1,
  });
  const sender = order.people[turn % order.people.length];
  if (!sender) throw new Error("Nobody is there.");
  const path = "/api/trpc/gift.send";
  const start = performance.now();
  clickedAt.set(giftOrderId, start);
  return new Promise((resolve) => {
    const outgoing = request(
      {
        agent,
        host: "127.0.0.1",
        port: target.port,
        path,
        method: "POST",
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          cookie: sender.cookie,
          ...signPosted(sender.signingKey, { path, body }),
        },
      },
      (answer) => {
        answer.resume();
        answer.once("end", () => {
          if (answer.statusCode === 200) {
            acceptedIds.add(giftOrderId);
            acceptMs.push(performance.now() - start);
          } else {
            const name = String(answer.statusCode);
            refused[name] = (refused[name] ?? 0) + 1;
          }
          resolve();
        });
      },
    );
    outgoing.once("error", (error: NodeJS.ErrnoException) => {
      const name = error.code ?? "error";
      refused[name] = (refused[name] ?? 0) + 1;
      resolve();
    });
    outgoing.end(body);
  });
}

const total = Math.round(order.giftsPerSecond * order.seconds);
const startedAt = performance.now();
const running: Promise<void>[] = [];
for (let sent = 0; sent < total; ) {
  const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1_000) * order.giftsPerSecond));
  for (; sent < due; sent++) running.push(click(sent));
  await delay(TICK_MS);
}
await Promise.all(running);
const until = performance.now() + STRAGGLERS_MS_MAX;
const isMissing = (id: string) => !sightings.has(id);
while ([...acceptedIds].some(isMissing) && performance.now() < until) await delay(100);

const report: ClickReport = {
  offered: total,
  accepted: acceptedIds.size,
  refused,
  lost: [...acceptedIds].filter(isMissing).length,
  twice: [...sightings.values()].filter((times) => times > 1).length,
  p50Ms: Math.round(quantile(seenMs, 0.5)),
  p99Ms: Math.round(quantile(seenMs, 0.99)),
  acceptP99Ms: Math.round(quantile(acceptMs, 0.99)),
};
console.log(JSON.stringify(report));
process.exit(0);
