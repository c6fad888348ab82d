import autocannon from "autocannon";
import { crowdId, crowdSigner } from "@/testkit/crowd";
import { uuid7 } from "@/testkit/load";
import { signPosted } from "@/testkit/signing";

/** A crowd that grabs red packets, from a process of its own; prints one JSON line. */
interface Order {
  url: string;
  connections: number;
  authSecret: string;
  code: string;
  roomId: string;
  /** The first viewer's number and how many there are; each asks once, then they begin anew. */
  firstViewer: number;
  viewers: number;
  /** Ends after this many seconds, or this many requests. */
  seconds?: number;
  requests?: number;
}

const CLAIM_PATH = "/api/trpc/rain.claim";
const order = JSON.parse(process.argv[2] ?? "{}") as Order;
let next = 0;
let won = 0;
let coins = 0;
const winners = new Map<string, number>();
const refusals: Record<string, number> = {};

const result = await autocannon({
  url: order.url,
  connections: order.connections,
  ...(order.requests ? { amount: order.requests } : { duration: order.seconds ?? 5 }),
  requests: [
    {
      method: "POST",
      path: CLAIM_PATH,
      setupRequest: (request, context) => {
        const userId = crowdId(order.firstViewer + (next++ % order.viewers));
        Object.assign(context, { userId });
        const { cookie, signingKey } = crowdSigner(userId, order.authSecret);
        const body = JSON.stringify({ code: order.code, roomId: order.roomId, claimId: uuid7() });
        return {
          ...request,
          headers: {
            "content-type": "application/json",
            cookie,
            ...signPosted(signingKey, { path: CLAIM_PATH, body }),
          },
          body,
        };
      },
      onResponse: (status, body, context) => {
        const { result: answer, error } = JSON.parse(body) as {
          result?: { data: { coins?: number } };
          error?: { data: { biz: { name: string } } };
        };
        if (status === 200) {
          const { userId } = context as { userId: string };
          won += 1;
          coins += answer?.data.coins ?? 0;
          winners.set(userId, (winners.get(userId) ?? 0) + 1);
        } else {
          const name = error?.data.biz.name ?? String(status);
          refusals[name] = (refusals[name] ?? 0) + 1;
        }
      },
    },
  ],
});
console.log(
  JSON.stringify({
    seconds: result.duration,
    answered: result.requests.total,
    requestsPerSecond: result.requests.total / result.duration,
    won,
    coins,
    mostOfOne: Math.max(0, ...winners.values()),
    errors: result.errors,
    refusals,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  }),
);
