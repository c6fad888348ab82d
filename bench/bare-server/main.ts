import { createServer } from "node:http";
import { createLog } from "@/server/observability/log";
import { openRedis, waitForRedis } from "@/server/redis/client";

/** The floor of gift intake: a bare handler that parses JSON and adds one entry of the same size to a stream. */
const redis = openRedis(process.env.REDIS_URL ?? "", createLog("bare"), { name: "bare" });
await waitForRedis(redis, 5_000);
const filler = "x".repeat(Number(process.env.ENTRY_BYTES ?? 400));

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { giftOrderId: string };
    redis.xadd("bare", "*", "g", body.giftOrderId + filler).then(
      (id) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify({ result: { data: { id } } }));
      },
      () => response.writeHead(500).end(),
    );
  });
});
server.listen(Number(process.env.WEB_PORT), "127.0.0.1", () => console.log("ready"));
