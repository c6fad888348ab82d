import { Agent, request } from "node:http";
import { uuid7 } from "@/testkit/load";
import { type Signer, signPosted } from "@/testkit/signing";
import { quantile } from "../lib/row";

/** Gifts at a steady rate, whatever becomes of those before; prints one JSON line. */
interface Order {
  url: string;
  perSecond: number;
  seconds: number;
  people: Signer[];
  rooms: string[];
}

const order = JSON.parse(process.argv[2] ?? "{}") as Order;
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const latenciesMs: number[] = [];
let failed = 0;

/** `dueMs`: when it should have been sent; what a busy sender adds counts as well. */
function send(turn: number, dueMs: number): Promise<void> {
  return new Promise((resolve) => {
    const fail = () => {
      failed += 1;
      resolve();
    };
    const path = "/api/trpc/gift.send";
    const roomId = order.rooms[turn % order.rooms.length];
    const body = JSON.stringify({ giftOrderId: uuid7(), roomId, giftId: "hearts", count: 1 });
    const { cookie, signingKey } = order.people[turn % order.people.length] as Signer;
    const asked = request(
      order.url + path,
      {
        method: "POST",
        agent,
        headers: { "content-type": "application/json", cookie, ...signPosted(signingKey, { path, body }) },
      },
      (answer) => {
        answer.resume();
        answer.on("error", fail);
        answer.on("end", () => {
          if (answer.statusCode === 200) latenciesMs.push(performance.now() - dueMs);
          else failed += 1;
          resolve();
        });
      },
    );
    asked.on("error", fail);
    asked.end(body);
  });
}

const startedMs = performance.now();
const total = order.perSecond * order.seconds;
const all: Promise<void>[] = [];
await new Promise<void>((resolve) => {
  const timer = setInterval(() => {
    const due = Math.min(total, Math.floor(((performance.now() - startedMs) / 1_000) * order.perSecond));
    while (all.length < due) all.push(send(all.length, startedMs + (all.length * 1_000) / order.perSecond));
    if (all.length < total) return;
    clearInterval(timer);
    resolve();
  }, 1);
});
await Promise.all(all);
console.log(
  JSON.stringify({
    sent: total,
    failed,
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
  }),
);
process.exit(0);
