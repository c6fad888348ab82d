import { isMainThread } from "node:worker_threads";
import { createHealth, startHealthServer } from "@/platform/observability/health";
import { runUntilSignalled } from "@/platform/runtime/process";
import { repeatEvery } from "@/platform/runtime/repeat";
import { env } from "@/platform/settings/env";
import { dependencyChecks, openResources, startWorkerHeartbeat } from "../lib/open-resources";
import { carryOutOrders } from "./carry-out-orders";
import { runSocketsThread } from "./sockets-thread";

/** How soon an order of an operator is begun. */
const LOOK_MS = 1_000;

if (isMainThread) await main();
else runSocketsThread();

async function main(): Promise<void> {
  // Refuses where there are real people.
  env("simulator");
  const { resources, clock, close } = await openResources("simulator", { statementTimeoutMs: 120_000 });
  const { log } = resources;
  const ending = new AbortController();
  const stop = repeatEvery(LOOK_MS, log, "simulator", () =>
    carryOutOrders(resources, { bundleUrl: import.meta.url, ending: ending.signal }),
  );
  const readiness = createHealth(dependencyChecks(resources, clock, ["live", "finance"]));
  const health = await startHealthServer({
    host: resources.env.HEALTH_HOST,
    port: resources.env.HEALTH_PORT,
    health: readiness,
  });
  const heartbeat = startWorkerHeartbeat(resources, {
    service: "simulator",
    bundleUrl: import.meta.url,
    health: readiness,
    port: health.port,
  });
  log.info({ port: health.port }, "waiting for orders");
  runUntilSignalled(log, async () => {
    ending.abort(new Error("the process ended"));
    await stop();
    await heartbeat.stop();
    await health.close();
    await close();
  });
}
