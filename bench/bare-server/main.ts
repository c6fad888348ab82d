import { createServer } from "node:http";
import { createLog } from "@/platform/observability/log";
import { openRedis, waitForRedis } from "@/platform/redis/client";

/**
 * The floor of what is asked over HTTP: a bare handler that parses JSON and does one command. Of gift intake: it adds an
 * entry of the same size to a stream. Of claims (LIST is set): it takes a packet from a list. Of refusals (AT_ONCE is set):
 * it answers and does nothing.
 */
const redis = openRedis(process.env.REDIS_URL ?? "", createLog("bare"), { name: "bare" });
await waitForRedis(redis, 5_000);
const filler = "x".repeat(Number(process.env.ENTRY_BYTES ?? 400));

const list = process.env.LIST;
const answersAtOnce = process.env.AT_ONCE !== undefined;

const server = createServer((request, response) => {
  if (answersAtOnce) {
    request.resume();
    response
      .writeHead(200, { "content-type": "application/json", "content-length": filler.length })
      .end(filler);
    return;
  }
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { giftOrderId: string };
    const done = list ? redis.lpop(list) : redis.xadd("bare", "*", "g", body.giftOrderId + filler);
    done.then(
      (answer) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify({ result: { data: { answer } } }));
      },
      () => response.writeHead(500).end(),
    );
  });
});
server.listen(Number(process.env.WEB_PORT), "127.0.0.1", () => console.log("ready"));
