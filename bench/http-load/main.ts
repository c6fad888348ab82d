import autocannon from "autocannon";
import { uuid7 } from "@/testkit/load";
import { type Signer, signPosted } from "@/testkit/signing";

/** Closed-loop load from a process of its own; prints one JSON line. */
interface Order {
  url: string;
  path: string;
  connections: number;
  seconds: number;
  people: Signer[];
  rooms: string[];
}

const order = JSON.parse(process.argv[2] ?? "{}") as Order;
let next = 0;
const result = await autocannon({
  url: order.url,
  connections: order.connections,
  duration: order.seconds,
  requests: [
    {
      method: "POST",
      path: order.path,
      setupRequest: (request) => {
        const turn = next++;
        const sender = order.people[turn % order.people.length];
        if (!sender) throw new Error("Nobody is there.");
        const body = JSON.stringify({
          giftOrderId: uuid7(),
          roomId: order.rooms[turn % order.rooms.length],
          giftId: "hearts",
          count: 1,
        });
        return {
          ...request,
          headers: {
            "content-type": "application/json",
            cookie: sender.cookie,
            ...signPosted(sender.signingKey, { path: order.path, body }),
          },
          body,
        };
      },
    },
  ],
});
console.log(
  JSON.stringify({
    requestsPerSecond: result["2xx"] / result.duration,
    answered: result["2xx"],
    refused: result.non2xx + result.errors,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  }),
);
