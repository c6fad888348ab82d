import { randomUUID } from "node:crypto";
import { runUntilSignalled } from "@/platform/runtime/process";
import { repeatEvery } from "@/platform/runtime/repeat";
import { runAffinity } from "@/server/services/analytics/run-affinity";
import { runAnalytics } from "@/server/services/analytics/run-analytics";
import { openResources, startWorkerHealth } from "../lib/open-resources";

/** How soon a run that somebody asked for begins; whether there is one is one small question. */
const LOOK_MS = 1_000;
/** A worker that is gone is stood in for after this long. */
const LEASE_MS = 30_000;
const STATEMENT_MS_MAX = 10 * 60_000;

const { resources, clock, close } = await openResources("analytics", {
  // A run ends with a look at all that was ever counted.
  statementTimeoutMs: STATEMENT_MS_MAX,
  idleInTransactionMs: LEASE_MS,
});
const { env, log } = resources;

/** Two workers may have been given one name. */
const holder = `${env.NODE_NAME}/${randomUUID().slice(0, 8)}`;
const ending = new AbortController();
const onBatch = () => ending.signal.throwIfAborted();
async function count(): Promise<void> {
  onBatch();
  const outcome = await runAnalytics(resources, holder, { leaseMs: LEASE_MS, onBatch });
  if (outcome !== "nothing") log.info({ outcome }, "an analytics run ended");
}
const stop = repeatEvery(LOOK_MS, log, "analytics", async () => {
  await count();
  const outcome = await runAffinity(resources, holder, { leaseMs: LEASE_MS, between: count });
  if (outcome !== "nothing") log.info({ outcome }, "affinity is up to date");
});

const health = await startWorkerHealth(resources, clock, {
  service: "analytics",
  bundleUrl: import.meta.url,
  needs: ["live", "finance"],
});
log.info({ port: health.port }, "counting gifts");

runUntilSignalled(log, async () => {
  ending.abort(new Error("The process ends."));
  await stop();
  await health.stop();
  await close();
});
