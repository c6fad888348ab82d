import { isMainThread } from "node:worker_threads";
import { runUntilSignalled } from "@/platform/runtime/process";
import { repeatEvery } from "@/platform/runtime/repeat";
import { env } from "@/platform/settings/env";
import { openResources, startWorkerHealth } from "../lib/open-resources";
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
  const health = await startWorkerHealth(resources, clock, {
    service: "simulator",
    bundleUrl: import.meta.url,
    needs: ["live", "finance"],
  });
  log.info({ port: health.port }, "waiting for orders");
  runUntilSignalled(log, async () => {
    ending.abort(new Error("the process ended"));
    await stop();
    await health.stop();
    await close();
  });
}
