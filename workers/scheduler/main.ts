import { createHealth, startHealthServer } from "@/platform/observability/health";
import { runUntilSignalled } from "@/platform/runtime/process";
import { watchAlarmRules } from "@/server/services/alarm/watch-rules";
import { dependencyChecks, openResources, startWorkerHeartbeat } from "../lib/open-resources";
import { JOBS } from "./jobs";
import { startJobs } from "./run-jobs";

const { resources, clock, close } = await openResources("scheduler");
const { env, log } = resources;

const jobs = await startJobs(resources, JOBS);
const readiness = createHealth(dependencyChecks(resources, clock, ["live", "finance"]));
const health = await startHealthServer({ host: env.HEALTH_HOST, port: env.HEALTH_PORT, health: readiness });
const heartbeat = startWorkerHeartbeat(resources, {
  service: "scheduler",
  bundleUrl: import.meta.url,
  health: readiness,
  port: health.port,
  lag: { metric: "downpour_job_last_success_seconds", isTime: true },
});
const stopWatchingRules = watchAlarmRules(resources);
log.info({ port: health.port, jobs: JOBS.map((job) => job.name) }, "running jobs by the clock");

runUntilSignalled(log, async () => {
  await Promise.all([jobs.stop(), stopWatchingRules()]);
  await heartbeat.stop();
  await health.close();
  await close();
});
