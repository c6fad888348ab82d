import { openLiveDb } from "@/db/client";
import { readRssMb } from "@/platform/observability/process-figures";
import { stayOnAllCores, stayOnCore } from "@/stack/cores";
import { startHelper } from "@/stack/helper-process";
import { startNginx } from "@/stack/services/nginx";
import { nodeArgs } from "@/stack/services/node-args";
import { findFreePort } from "@/stack/services/ports";
import { type Stack, startStack } from "@/stack/stack";
import {
  ACCEPTED_P99_MS_MAX,
  CROWD_CORE,
  type CrowdHeard,
  measureClosed,
  PRODUCT_CORE,
  REFUSED_P99_MS_MAX,
  sendByClock,
} from "@/testkit/overload-crowd";
import { fundViewers, RAISED_LIMITS, signInViewers } from "@/testkit/people";
import type { Signer } from "@/testkit/signing";
import { trpcGet } from "@/testkit/trpc";
import { seedDemo } from "../scripts/seed-demo";
import type { BenchRow } from "./lib/row";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 15);
const TIMES = 10;
/**
 * The same is asked at this part of what a bare server answers in a closed loop on this machine: the crowd, the databases and
 * gift-debit need the rest of it, and where ten times is more, not even a bare server says no to all in time.
 */
const BARE_PART = 0.5;
const CONNECTIONS = 1_000;
const NORMAL_WITHIN_SECONDS = 10;
/** What is offered afterwards, as a part of what it can take; answered like this it is back to normal. */
const AFTER_PART = 0.5;
const NORMAL_P99_MS = 500;

/**
 * `gift.send` at ten times the rate that one web process takes in a closed loop, gift-debit at work beside it, and at as many
 * as this machine can say no to. Whoever is let in must be answered in time, whoever is not must hear so at once; memory
 * stays bounded, and afterwards all is as before. Waits count from when the generator came to a gift, with what it waited for a free connection.
 */
export async function run(): Promise<BenchRow[]> {
  const nginxPort = await findFreePort(0);
  const nginxUrl = `http://127.0.0.1:${nginxPort}`;
  // What is started from here on inherits the core.
  stayOnCore(PRODUCT_CORE);
  const stack = await startStack({
    env: {
      ...RAISED_LIMITS,
      LOG_LEVEL: "error",
      TRUST_PROXY: "true",
      PUBLIC_URL: nginxUrl,
    },
  });
  // Beside the product, as on one machine: the crowd keeps its core to itself.
  const nginx = await startNginx({
    port: nginxPort,
    web: [stack.webPort],
    push: [stack.pushPort],
    perAddress: "unlimited",
  });
  const live = openLiveDb(stack.liveUrl, { poolMax: 2, applicationName: "bench" });
  try {
    await seedDemo({ liveUrl: stack.liveUrl, financeUrl: stack.financeUrl });
    const web = await stack.start("web");
    await stack.start("gift-debit");
    const people = await signInViewers(nginxUrl);
    await fundViewers(live, people);
    const { items } = await trpcGet<{ items: { roomId: string }[] }>(nginxUrl, "room.list", {});
    const who = { people, rooms: items.map((room) => room.roomId) };
    const closed = (seconds: number) => measureClosed({ ...who, port: stack.webPort, seconds }, CROWD_CORE);
    const open = (perSecond: number, seconds: number, port = stack.webPort) =>
      sendByClock({ ...who, port, perSecond, seconds, connections: CONNECTIONS }, CROWD_CORE);
    const refusable = BARE_PART * (await measureBareAnswers(stack, who));
    await closed(2);
    const capacity = (await closed(5)).requestsPerSecond;
    const rssBeforeMb = readRssMb(web.pid);
    let rssMaxMb = rssBeforeMb;
    const watch = setInterval(() => {
      rssMaxMb = Math.max(rssMaxMb, readRssMb(web.pid));
    }, 200);
    const over = await open(capacity * TIMES, SECONDS);
    clearInterval(watch);
    const after = await open(capacity * AFTER_PART, NORMAL_WITHIN_SECONDS);
    const bearable = await open(refusable, SECONDS);
    const behindNginx = await open(capacity * TIMES, SECONDS, nginxPort);
    const normalFrom = after.bySecond.findLastIndex(
      (second) => second.refused > 0 || second.p99Ms > NORMAL_P99_MS,
    );
    const round = (value: number) => Math.round(value * 10) / 10;
    const rowsOf = (when: string, heard: CrowdHeard): BenchRow[] => [
      {
        name: `accepted ${when} (at most)`,
        figure: round(heard.acceptedP99Ms),
        floor: null,
        ratio: null,
        bar: ACCEPTED_P99_MS_MAX,
        unit: "ms p99",
        notes:
          `${Math.round(capacity)}/s in a closed loop, ${heard.offered} offered in ${SECONDS} s, ` +
          `${heard.statuses["200"] ?? 0} accepted (p50 ${round(heard.acceptedP50Ms)} ms), answers ` +
          `${JSON.stringify(heard.statuses)}, ${heard.lost} lost, ${heard.unanswered} heard nothing; ` +
          `generator's own lag p99 ${round(heard.lagP99Ms)} ms`,
      },
      {
        name: `refused ${when} (at most)`,
        figure: round(heard.refusedP99Ms),
        floor: null,
        ratio: null,
        bar: REFUSED_P99_MS_MAX,
        unit: "ms p99",
        notes: `${CONNECTIONS} connections; p99 of all by second ${describeSeconds(heard)}`,
      },
    ];
    return [
      ...rowsOf("at ten times the rate behind nginx", behindNginx),
      ...rowsOf("at ten times the rate", over),
      ...rowsOf("at as many as a bare server bears", bearable),
      {
        name: "back to normal after it (at most)",
        figure: normalFrom + 1,
        floor: null,
        ratio: null,
        bar: NORMAL_WITHIN_SECONDS,
        unit: "s",
        notes:
          `${Math.round(capacity * AFTER_PART)}/s by the clock, p99 by second ${describeSeconds(after)}; ` +
          `web held ${rssBeforeMb} MB before and ${rssMaxMb} MB at most`,
      },
    ];
  } finally {
    await live.close();
    await nginx.stop();
    await stack.close();
    stayOnAllCores();
  }
}

const describeSeconds = ({ bySecond }: CrowdHeard) =>
  bySecond.map(({ p99Ms }) => Math.round(p99Ms)).join(" ");

interface Who {
  people: Signer[];
  rooms: string[];
}

/** How many requests a second a server answers that does nothing for them. */
async function measureBareAnswers(stack: Stack, who: Who): Promise<number> {
  const port = await findFreePort(0);
  const bare = await startHelper("bench-bare-server", {
    env: stack.env({ WEB_PORT: String(port), AT_ONCE: "1" }),
    args: nodeArgs("web"),
  });
  try {
    await measureClosed({ ...who, port, seconds: 2 }, CROWD_CORE);
    return (await measureClosed({ ...who, port, seconds: 3 }, CROWD_CORE)).requestsPerSecond;
  } finally {
    await bare.stop();
  }
}
