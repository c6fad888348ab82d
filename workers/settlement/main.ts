import { runUntilSignalled } from "@/platform/runtime/process";
import { repeatEvery } from "@/platform/runtime/repeat";
import { settleAndTakeBack, startStretch } from "@/server/services/finance/settlement-stretch";
import { openResources, startWorkerHealth } from "../lib/open-resources";

/** Earnings show within seconds, and a round over many gifts costs little more than one over few. */
const ROUND_MS = 1_000;

const { resources, clock, close } = await openResources("settlement");
const { env, log } = resources;

const stretch = startStretch(env.NODE_NAME);
let stopping = false;
const stop = repeatEvery(ROUND_MS, log, "settlement", async () => {
  let more = true;
  while (more && !stopping) more = await settleAndTakeBack(resources, stretch, env.SETTLEMENT_BATCH);
});

const health = await startWorkerHealth(resources, clock, {
  service: "settlement",
  bundleUrl: import.meta.url,
  lag: { metric: "downpour_settlement_lag_seconds" },
  needs: ["live", "finance"],
});
log.info({ port: health.port }, "settling gifts");

runUntilSignalled(log, async () => {
  stopping = true;
  await stop();
  await health.stop();
  await close();
});
