import { createHealth, startHealthServer } from "@/platform/observability/health";
import { runUntilSignalled } from "@/platform/runtime/process";
import { dependencyChecks, openResources } from "../lib/open-resources";
import { JOBS } from "./jobs";
import { startJobs } from "./run-jobs";

const { resources, clock, close } = await openResources("scheduler");
const { env, log } = resources;

const jobs = await startJobs(resources, JOBS);
const health = await startHealthServer({
  host: env.HEALTH_HOST,
  port: env.HEALTH_PORT,
  health: createHealth(dependencyChecks(resources, clock, ["live", "finance"])),
});
log.info({ port: health.port, jobs: JOBS.map((job) => job.name) }, "running jobs by the clock");

runUntilSignalled(log, async () => {
  await jobs.stop();
  await health.close();
  await close();
});
