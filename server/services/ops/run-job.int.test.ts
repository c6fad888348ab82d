import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openFinanceDb } from "@/db/client";
import { jobConnection, openJobQueue } from "@/server/queue/job-queue";
import { callBy, type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { runJob } from "./run-job";

const NAME = "respell-phones";
const YEAR_MS = 365 * 24 * 3_600_000;
let harness: MoneyHarness;
let queue: ReturnType<typeof openJobQueue>;

beforeAll(async () => {
  harness = await startMoneyHarness();
  queue = openJobQueue(NAME, jobConnection(harness.resources.env));
});
beforeEach(async () => {
  await queue.obliterate({ force: true });
  await queue.upsertJobScheduler(NAME, { every: YEAR_MS }, { name: NAME, data: {} });
});
afterAll(async () => {
  await queue?.close();
  await harness?.close();
});

const operator = () => callBy(harness.resources, randomUUID(), "operator");
const listRequests = async () =>
  (await queue.getJobs()).map(({ data }) => data.requestedBy).filter((by) => by !== undefined);
const listRows = async (actorId: string) => [
  ...(await harness.resources.finance.sql`
    SELECT action, subject, reason, trace_id FROM operator_actions WHERE actor_id = ${actorId}`),
];

it("asks for a run, and says who did and why", async () => {
  const by = operator();
  expect(await runJob(by, { name: NAME, reason: "the books of today" })).toEqual({ name: NAME });
  expect(await listRequests()).toEqual([by.session.userId]);
  expect(await listRows(by.session.userId)).toEqual([
    { action: "job.run", subject: `job:${NAME}`, reason: "the books of today", trace_id: by.traceId },
  ]);
});

it("runs once when it is asked for again before it begins, and says of both why", async () => {
  const by = operator();
  await runJob(by, { name: NAME, reason: "first" });
  await runJob(by, { name: NAME, reason: "second" });
  expect(await listRequests()).toHaveLength(1);
  const reasons = (await listRows(by.session.userId)).map(({ reason }) => reason);
  expect(new Set(reasons)).toEqual(new Set(["first", "second"]));
});

it("knows no other job than those of the scheduler, and writes nothing down", async () => {
  const by = operator();
  await expect(runJob(by, { name: "nobody-has-it", reason: "r" })).rejects.toMatchObject({
    bizName: "JOB_UNKNOWN",
  });
  expect(await listRows(by.session.userId)).toEqual([]);
});

it("asks for nothing that cannot be written down", async () => {
  const finance = openFinanceDb(harness.financeUrl, { poolMax: 1, applicationName: "test-closed" });
  await finance.close();
  const by = Object.assign(operator(), { finance });
  await expect(runJob(by, { name: NAME, reason: "r" })).rejects.toThrow();
  expect(await listRequests()).toEqual([]);
});
