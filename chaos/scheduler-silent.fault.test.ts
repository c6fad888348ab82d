import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Alarm } from "@/domain/contracts/alarms";
import { DEMO_OPERATOR_PHONES } from "@/domain/rules/demo-users";
import { signIn } from "@/testkit/people";
import { trpcGet } from "@/testkit/trpc";
import { type Rig, startRig, waitUntil } from "./lib/rig";

/** By default it may be silent for 30 s and then 10 more, and its last job may have ended a moment before it died. */
const NOTICED_MS_MAX = 120_000;
const KIND = "watch.scheduler_silent";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(async () => {
  await rig?.close();
});
beforeEach(({ onTestFailed }) => {
  onTestFailed(() => console.error(rig.stack.describe()));
});

it(
  "a scheduler that was killed is noticed without it, and the alarm is over when another one runs",
  async () => {
    const { stack } = rig;
    const { cookie } = await signIn(stack.webUrl, DEMO_OPERATOR_PHONES[0] ?? "");
    const read = async (all: boolean) => {
      const { items } = await trpcGet<{ items: Alarm[] }>(stack.webUrl, "ops.alarms", { all }, cookie);
      return items.filter(({ kind }) => kind === KIND);
    };
    const scheduler = await stack.start("scheduler");
    await waitUntil("jobs run", async () => {
      const { lookedAt, rules } = await trpcGet<{
        lookedAt: string | null;
        rules: { metric: string; value: number }[];
      }>(stack.webUrl, "ops.alarmRules", undefined, cookie);
      const silence = rules.find(({ metric }) => metric === "schedulerSilentSeconds")?.value;
      return lookedAt !== null && silence !== undefined && silence !== null && silence < 10;
    });
    expect(await read(true)).toEqual([]);
    await scheduler.kill9();
    await waitUntil("somebody notices", async () => (await read(false)).length === 1, NOTICED_MS_MAX);
    await stack.start("scheduler");
    await waitUntil("it is over", async () => (await read(false)).length === 0, NOTICED_MS_MAX);
    const [alarm] = await read(true);
    expect(alarm).toMatchObject({ times: 1, acknowledgedAt: null });
    expect(alarm?.clearedAt).not.toBeNull();
  },
  2 * NOTICED_MS_MAX + 60_000,
);
