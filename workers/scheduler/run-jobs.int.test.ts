import { randomUUID } from "node:crypto";
import type { Queue } from "bullmq";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startTcpProxy } from "@/chaos/lib/tcp-proxy";
import { openLiveDb } from "@/db/client";
import type { JobName } from "@/domain/contracts/jobs";
import { jobConnection, openJobQueue, requestJobRun } from "@/server/queue/job-queue";
import { updateJob } from "@/server/services/ops/jobs";
import { callBy, type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import type { JobRun, ScheduledJob } from "./jobs";
import { startJobs } from "./run-jobs";

let harness: MoneyHarness;
const running: { stop: () => Promise<void> }[] = [];

beforeAll(async () => {
  harness = await startMoneyHarness();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((scheduler) => scheduler.stop()));
});
afterAll(() => harness?.close());

const YEAR_MS = 365 * 24 * 3_600_000;
const start = async (jobs: ScheduledJob[]) => {
  const scheduler = await startJobs(harness.resources, jobs);
  running.push(scheduler);
  return scheduler;
};

/** A promise, and what fulfils it once it was called `times` times. */
function countTo(times: number): { call: () => void; reached: Promise<void> } {
  let left = times;
  let fulfil = () => {};
  const reached = new Promise<void>((resolve) => {
    fulfil = resolve;
  });
  return {
    call: () => {
      left -= 1;
      if (left === 0) fulfil();
    },
    reached,
  };
}

it("runs each tick once between two schedulers, and never a job twice at once", async () => {
  const { call, reached } = countTo(8);
  let runs = 0;
  let atOnce = 0;
  let atOnceMax = 0;
  const job: ScheduledJob = {
    name: "often",
    everyMs: 50,
    run: async () => {
      runs += 1;
      atOnce += 1;
      atOnceMax = Math.max(atOnceMax, atOnce);
      await harness.resources.redis.ping();
      atOnce -= 1;
      call();
    },
  };
  await Promise.all([start([job]), start([job])]);
  await reached;
  await Promise.all(running.splice(0).map((scheduler) => scheduler.stop()));
  expect(atOnceMax).toBe(1);
  const queue = openJobQueue("often", jobConnection(harness.resources.env));
  const ended = await queue.getCompleted();
  // One entry a tick; a tick that two had run would be one entry and two runs.
  expect(new Set(ended.map((entry) => entry.id)).size).toBe(runs);
  await queue.close();
});

it("runs a job that failed again at its next tick, and others meanwhile", async () => {
  const failing = countTo(3);
  const other = countTo(3);
  await start([
    {
      name: "fails",
      everyMs: 50,
      run: () => {
        failing.call();
        throw new Error("as it was meant to");
      },
    },
    { name: "works", everyMs: 50, run: async () => other.call() },
  ]);
  await expect(Promise.all([failing.reached, other.reached])).resolves.toBeDefined();
});

it("runs a job on request, with who asked, beside its schedule", async () => {
  const requests: JobRun["request"][] = [];
  const first = countTo(1);
  const second = countTo(2);
  await start([
    {
      name: "rare",
      everyMs: YEAR_MS,
      run: async (_, { request }) => {
        requests.push(request);
        first.call();
        second.call();
      },
    },
  ]);
  await first.reached;
  const request = { requestedBy: "somebody", traceId: "t" };
  await requestJobRun(harness.resources.redis, "rare", request, async () => {});
  await second.reached;
  expect(requests).toEqual([{}, { requestedBy: "somebody", traceId: "t" }]);
});

it("keeps the next tick over a restart", async () => {
  const { call, reached } = countTo(1);
  let runs = 0;
  const job: ScheduledJob = {
    name: "kept",
    everyMs: YEAR_MS,
    run: async () => {
      runs += 1;
      call();
    },
  };
  await (await start([job])).stop();
  await start([job]);
  await reached;
  const queue = openJobQueue("kept", jobConnection(harness.resources.env));
  const before = await queue.getJobScheduler("kept");
  await (await start([job])).stop();
  expect((await queue.getJobScheduler("kept"))?.next).toBe(before?.next);
  expect(runs).toBe(1);
  await queue.close();
});

it("puts a schedule that Redis lost in place again", async () => {
  const first = countTo(1);
  const second = countTo(2);
  await start([
    {
      name: "lost",
      everyMs: YEAR_MS,
      run: async () => {
        first.call();
        second.call();
      },
    },
  ]);
  await first.reached;
  const queue = openJobQueue("lost", jobConnection(harness.resources.env));
  await queue.obliterate({ force: true });
  await queue.close();
  // At the next look at the schedules.
  await expect(second.reached).resolves.toBeUndefined();
});

it("tells what runs that the process is asked to end, and waits for it", async () => {
  const begun = countTo(1);
  let ended = false;
  const scheduler = await start([
    {
      name: "long",
      everyMs: YEAR_MS,
      run: async (_, { signal }) => {
        begun.call();
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        await harness.resources.redis.ping();
        ended = true;
      },
    },
  ]);
  await begun.reached;
  await scheduler.stop();
  expect(ended).toBe(true);
});

it("goes on after its connections to Redis went silent", async () => {
  const proxy = await startTcpProxy(Number(new URL(harness.redisUrl).port));
  const env = { ...harness.resources.env, REDIS_URL: proxy.through(harness.redisUrl) };
  const before = countTo(2);
  const after = countTo(2);
  let isSilent = false;
  const job: ScheduledJob = {
    name: "silent",
    everyMs: 100,
    run: async () => (isSilent ? after : before).call(),
  };
  const scheduler = await startJobs({ ...harness.resources, env }, [job]);
  try {
    await before.reached;
    proxy.silence({ newOnes: "work" });
    isSilent = true;
    await expect(after.reached).resolves.toBeUndefined();
  } finally {
    proxy.pass();
    await scheduler.stop();
    await proxy.close();
  }
});

describe("what operators decide", () => {
  const HOUR_MS = 3_600_000;
  const queues: Queue[] = [];
  afterEach(async () => {
    await Promise.all(queues.splice(0).map((queue) => queue.close()));
  });

  /** A job of its own for each test: what was decided stays. */
  function openJob(name: JobName) {
    const queue = openJobQueue(name, jobConnection(harness.resources.env));
    queues.push(queue);
    return {
      name,
      queue,
      every: async () => (await queue.getJobScheduler(name))?.every,
      decide: (change: { everyMs?: number | null; paused?: boolean }) =>
        updateJob(callBy(harness.resources, randomUUID(), "operator"), { name, reason: "r", ...change }),
    };
  }

  it("holds while it runs, over a restart, and when Redis was emptied", async () => {
    const { name, every, decide } = openJob("remove-expired");
    const job: ScheduledJob = { name, everyMs: YEAR_MS, run: async () => {} };
    await start([job]);
    await expect.poll(every).toBe(YEAR_MS);
    await decide({ everyMs: HOUR_MS });
    await expect.poll(every).toBe(HOUR_MS);
    await Promise.all(running.splice(0).map((scheduler) => scheduler.stop()));
    await harness.resources.redis.flushdb();
    expect(await every()).toBeUndefined();
    await start([job]);
    await expect.poll(every).toBe(HOUR_MS);
    await decide({ everyMs: null });
    await expect.poll(every).toBe(YEAR_MS);
  });

  it("pauses a job: nothing by the clock, what runs is asked to stop, and who asks is answered", async () => {
    const { name, queue, every, decide } = openJob("report-cut-offs");
    const begun = countTo(1);
    const asked = countTo(1);
    const again = countTo(2);
    let stopped = 0;
    await start([
      {
        name,
        everyMs: 50,
        run: async (_, { signal, request }) => {
          begun.call();
          if (request.requestedBy) return asked.call();
          if (stopped === 1) return again.call();
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
          stopped += 1;
        },
      },
    ]);
    await begun.reached;
    await decide({ paused: true });
    await expect.poll(every).toBeUndefined();
    await expect.poll(() => stopped).toBe(1);
    // A tick that waited behind it is let go.
    await expect.poll(async () => (await queue.getJobCounts("waiting", "active", "delayed")).waiting).toBe(0);
    const request = { requestedBy: "somebody", traceId: "t" };
    await requestJobRun(harness.resources.redis, name, request, async () => {});
    await asked.reached;
    await decide({ paused: false });
    await expect(again.reached).resolves.toBeUndefined();
  });

  it("is not guessed: as long as nobody can read it nothing runs, and then it does", async () => {
    const { name, every, decide } = openJob("log-audit-chain");
    const proxy = await startTcpProxy(Number(new URL(harness.liveUrl).port));
    const failed = countTo(2);
    const log = Object.assign(harness.resources.log.child({}), { warn: () => failed.call() });
    const live = openLiveDb(proxy.through(harness.liveUrl), { poolMax: 2, applicationName: "test-away" });
    const { call, reached } = countTo(1);
    await decide({ everyMs: HOUR_MS });
    proxy.cut({ newOnes: "reset" });
    const scheduler = await startJobs({ ...harness.resources, live, log }, [
      { name, everyMs: YEAR_MS, run: async () => call() },
    ]);
    try {
      await failed.reached;
      expect(await every()).toBeUndefined();
      proxy.pass();
      await reached;
      expect(await every()).toBe(HOUR_MS);
    } finally {
      await scheduler.stop();
      await live.close();
      await proxy.close();
    }
  });

  it("is told how far a run is", async () => {
    const { name, queue } = openJob("respell-phones");
    const reported = countTo(1);
    const seen = countTo(1);
    await start([
      {
        name,
        everyMs: YEAR_MS,
        run: async (_, { report }) => {
          report(3, 7);
          reported.call();
          await seen.reached;
        },
      },
    ]);
    await reported.reached;
    const readProgress = async () => (await queue.getActive(0, 0))[0]?.progress;
    await expect.poll(readProgress).toEqual({ done: 3, all: 7 });
    seen.call();
  });
});
