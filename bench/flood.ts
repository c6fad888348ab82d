import { openLiveDb } from "@/db/client";
import { readCpuSeconds } from "@/platform/observability/process-figures";
import { runHelper } from "@/stack/helper-process";
import { startStack } from "@/stack/stack";
import { fundViewers, signInViewers } from "@/testkit/people";
import { trpcGet } from "@/testkit/trpc";
import { seedDemo } from "../scripts/seed-demo";
import { type BenchRow, median, medianRatio } from "./lib/row";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 8);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const GIFTS_PER_SECOND = 200;
const HOSTILE_CLIENTS = 24;
const SILENT_SOCKETS_PER_CLIENT = 20;
/** The hostile ones are there before the gifts and leave after them. */
const MARGIN_SECONDS = 2;
const P99_RATIO_MAX = 1.5;

interface Gifts {
  failed: number;
  p50Ms: number;
  p99Ms: number;
}
interface Flood {
  statuses: Record<string, number>;
  silentOpened: number;
}

/**
 * `gift.send` of 20 people at a steady rate while somebody else floods the web process, against the same with nobody else,
 * in turns. The hostile ones have one address and all limits are those of the default but that of gifts by one person.
 */
export async function run(): Promise<BenchRow[]> {
  const stack = await startStack({ env: { RATE_LIMIT_GIFT_SEND: "1000/1", LOG_LEVEL: "error" } });
  const live = openLiveDb(stack.liveUrl, { poolMax: 2, applicationName: "bench" });
  try {
    await seedDemo({ liveUrl: stack.liveUrl, financeUrl: stack.financeUrl });
    const web = await stack.start("web");
    const people = await signInViewers(stack.webUrl);
    await fundViewers(live, people);
    // As one of them: signing in used up what an address may ask without a name.
    const { items } = await trpcGet<{ items: { roomId: string }[] }>(
      stack.webUrl,
      "room.list",
      {},
      people[0]?.cookie,
    );
    const rooms = items.map((room) => room.roomId);
    const sendGifts = (seconds: number) =>
      runHelper<Gifts>("bench-flood-gifts", {
        url: web.url,
        perSecond: GIFTS_PER_SECOND,
        seconds,
        people,
        rooms,
      });
    const flood = (seconds: number) =>
      runHelper<Flood>("bench-flood-crowd", {
        host: "127.0.0.1",
        port: stack.webPort,
        localAddress: "127.0.0.2",
        clients: HOSTILE_CLIENTS,
        seconds,
        paths: ["/", `/room/${rooms[0]}`, "/metrics", "/nowhere", "/readyz", "/login", "/metrics", "/wallet"],
        silentSocketsPerClient: SILENT_SOCKETS_PER_CLIENT,
      });
    await sendGifts(3);
    const quiet: Gifts[] = [];
    const flooded: Gifts[] = [];
    const answers: Record<string, number> = {};
    let webCpu = 0;
    for (let round = 0; round < ROUNDS; round++) {
      quiet.push(await sendGifts(SECONDS));
      const flooding = flood(SECONDS + 2 * MARGIN_SECONDS);
      await new Promise((resolve) => setTimeout(resolve, MARGIN_SECONDS * 1_000));
      const before = readCpuSeconds(web.pid);
      flooded.push(await sendGifts(SECONDS));
      webCpu += readCpuSeconds(web.pid) - before;
      for (const [status, count] of Object.entries((await flooding).statuses))
        answers[status] = (answers[status] ?? 0) + count;
    }
    const p99 = (list: readonly Gifts[]) => list.map((gifts) => gifts.p99Ms);
    const round = (ms: number) => Math.round(ms * 10) / 10;
    const failed = [...quiet, ...flooded].reduce((sum, gifts) => sum + gifts.failed, 0);
    return [
      {
        name: "gifts of others in a flood (at most)",
        figure: round(median(p99(flooded))),
        floor: round(median(p99(quiet))),
        ratio: medianRatio(p99(flooded), p99(quiet)),
        bar: P99_RATIO_MAX,
        unit: "ms p99",
        notes:
          `${GIFTS_PER_SECOND}/s by 20 people; p50 ${round(median(flooded.map((g) => g.p50Ms)))} and quiet ` +
          `${round(median(quiet.map((g) => g.p50Ms)))} ms; p99 by turn ${p99(flooded).map(round).join(" ")} and quiet ` +
          `${p99(quiet).map(round).join(" ")}; ${failed} gifts failed; ${HOSTILE_CLIENTS} hostile clients and ` +
          `${HOSTILE_CLIENTS * SILENT_SOCKETS_PER_CLIENT} silent sockets were answered ${JSON.stringify(answers)}; ` +
          `web used ${(webCpu / (ROUNDS * SECONDS)).toFixed(2)} cores`,
      },
    ];
  } finally {
    await live.close();
    await stack.close();
  }
}
