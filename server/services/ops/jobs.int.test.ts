import { randomUUID } from "node:crypto";
import { Worker } from "bullmq";
import { afterAll, beforeAll, expect, it } from "vitest";
import { JOB_NAMES, type JobName, SCHEDULED_JOBS } from "@/domain/contracts/jobs";
import { JOB_QUEUE_PREFIX, jobConnection, openJobQueue } from "@/server/queue/job-queue";
import { callBy, type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { getJobHistory, getJobs, updateJob } from "./jobs";

let harness: MoneyHarness;

beforeAll(async () => {
  harness = await startMoneyHarness();
});
afterAll(() => harness?.close());

const operator = () => callBy(harness.resources, randomUUID(), "operator");
/** What was decided stays, so each test has a job of its own. */
const find = async (name: JobName, ctx = operator()) =>
  (await getJobs(ctx)).items.find((job) => job.name === name);

it("shows every job, as the code has it as long as nobody changed it", async () => {
  const NAME = "respell-phones";
  const EVERY_MS = SCHEDULED_JOBS[NAME].everyMs;
  const { items, isQueueKnown } = await getJobs(operator());
  expect(isQueueKnown).toBe(true);
  expect(items.map(({ name }) => name)).toEqual(JOB_NAMES);
  expect(await find(NAME)).toMatchObject({
    everyMs: EVERY_MS,
    defaultEveryMs: EVERY_MS,
    paused: false,
    version: 0,
  });
});

it("changes a job, says who did and why, and counts the versions", async () => {
  const NAME = "reconciliation";
  const by = operator();
  await updateJob(by, { name: NAME, everyMs: 60_000, reason: "books of today" });
  await updateJob(by, { name: NAME, paused: true, reason: "a repair" });
  expect(await find(NAME)).toMatchObject({ everyMs: 60_000, paused: true, nextAt: null, version: 2 });
  const { changes } = await getJobHistory(by, { name: NAME });
  expect(changes).toMatchObject([
    { version: 2, value: { everyMs: 60_000, isPaused: true }, by: by.session.userId, reason: "a repair" },
    {
      version: 1,
      value: { everyMs: 60_000, isPaused: false },
      reason: "books of today",
      traceId: by.traceId,
    },
  ]);
  const rows = await harness.resources.live.sql`
    SELECT action, subject, reason, before, after FROM operator_actions WHERE actor_id = ${by.session.userId} ORDER BY id`;
  expect([...rows]).toEqual([
    {
      action: "policy.write",
      subject: `policy:job:${NAME}`,
      reason: "books of today",
      before: { everyMs: null, isPaused: false },
      after: { everyMs: 60_000, isPaused: false },
    },
    {
      action: "policy.write",
      subject: `policy:job:${NAME}`,
      reason: "a repair",
      before: { everyMs: 60_000, isPaused: false },
      after: { everyMs: 60_000, isPaused: true },
    },
  ]);
});

it("goes back to what the code says", async () => {
  const NAME = "remove-expired";
  const EVERY_MS = SCHEDULED_JOBS[NAME].everyMs;
  await updateJob(operator(), { name: NAME, everyMs: 60_000, reason: "r" });
  await updateJob(operator(), { name: NAME, everyMs: null, reason: "as it was" });
  expect(await find(NAME)).toMatchObject({ everyMs: EVERY_MS, version: 2 });
});

it("loses no change of two at once", async () => {
  const NAME = "log-audit-chain";
  await Promise.all([
    updateJob(operator(), { name: NAME, everyMs: 60_000, reason: "one" }),
    updateJob(operator(), { name: NAME, paused: true, reason: "the other" }),
  ]);
  expect(await find(NAME)).toMatchObject({ everyMs: 60_000, paused: true, version: 2 });
});

it("refuses what is too often, too seldom or no job, and says what would be right", async () => {
  const NAME = "report-cut-offs";
  const EVERY_MS = SCHEDULED_JOBS[NAME].everyMs;
  const { minMs, maxMs } = SCHEDULED_JOBS[NAME];
  for (const everyMs of [minMs - 1, maxMs + 1]) {
    await expect(updateJob(operator(), { name: NAME, everyMs, reason: "r" })).rejects.toMatchObject({
      bizName: "INVALID_INPUT",
      details: { field: "everyMs", min: minMs, max: maxMs },
    });
  }
  const unknown = { bizName: "JOB_UNKNOWN" };
  await expect(
    updateJob(operator(), { name: "constructor", paused: true, reason: "r" }),
  ).rejects.toMatchObject(unknown);
  await expect(getJobHistory(operator(), { name: "nobody-has-it" })).rejects.toMatchObject(unknown);
  expect(await find(NAME)).toMatchObject({ everyMs: EVERY_MS, version: 0 });
});

it("shows what ran, what failed and why", async () => {
  const NAME = "dead-letters";
  const queue = openJobQueue(NAME, jobConnection(harness.resources.env));
  const token = "test";
  const worker = new Worker(NAME, null, {
    connection: jobConnection(harness.resources.env),
    prefix: JOB_QUEUE_PREFIX,
    name: "node-7",
  });
  try {
    await queue.add(NAME, { requestedBy: "somebody" });
    const first = await worker.getNextJob(token);
    expect((await find(NAME))?.running).toMatchObject({ node: "node-7", requestedBy: "somebody" });
    await first?.moveToFailed(new Error("the disk is full"), token, false);
    await queue.add(NAME, {});
    await (await worker.getNextJob(token))?.moveToCompleted(undefined, token, false);
    expect(await find(NAME)).toMatchObject({ running: null, lastRun: { outcome: "ok", requestedBy: null } });
    const { runs } = await getJobHistory(operator(), { name: NAME });
    expect(runs).toMatchObject([
      { outcome: "ok", error: null, node: "node-7" },
      { outcome: "failed", error: "the disk is full", requestedBy: "somebody" },
    ]);
  } finally {
    await worker.close();
    await queue.obliterate({ force: true });
    await queue.close();
  }
});

it("shows and takes decisions while Redis is away", async () => {
  const NAME = "count-visits";
  const redis = await harness.openRedis();
  redis.disconnect();
  const by = Object.assign(operator(), { redis });
  await updateJob(by, { name: NAME, everyMs: 60_000, reason: "r" });
  const { items, isQueueKnown } = await getJobs(by);
  expect(isQueueKnown).toBe(false);
  expect(items.find(({ name }) => name === NAME)).toMatchObject({
    everyMs: 60_000,
    nextAt: null,
    lastRun: null,
  });
  expect(await getJobHistory(by, { name: NAME })).toMatchObject({ runs: null, changes: [{ version: 1 }] });
});
