import { runUntilSignalled } from "@/platform/runtime/process";
import { watchAlarmRules } from "@/server/services/alarm/watch-rules";
import { openResources, startWorkerHealth } from "../lib/open-resources";
import { JOBS } from "./jobs";
import { startJobs } from "./run-jobs";

const { resources, clock, close } = await openResources("scheduler");
const { log } = resources;

const jobs = await startJobs(resources, JOBS);
const health = await startWorkerHealth(resources, clock, {
  service: "scheduler",
  bundleUrl: import.meta.url,
  lag: { metric: "downpour_job_last_success_seconds", isTime: true },
  needs: ["live", "finance"],
});
const stopWatchingRules = watchAlarmRules(resources);
log.info({ port: health.port, jobs: JOBS.map((job) => job.name) }, "running jobs by the clock");

runUntilSignalled(log, async () => {
  await Promise.all([jobs.stop(), stopWatchingRules()]);
  await health.stop();
  await close();
});
