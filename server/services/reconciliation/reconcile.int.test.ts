import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openLiveDb } from "@/db/client";
import { startRun } from "@/db/finance/queries/reconciliation";
import { tamper } from "@/db/testing/tamper";
import { CHECKS } from "@/domain/contracts/reconciliation";
import { acceptGift } from "@/server/queue/gift-intake";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
  userInBucket,
} from "@/server/testing/money-harness";
import type { SignedInCtx } from "../context";
import { getReconciliation } from "./get-reconciliation";
import { reconcile } from "./reconcile";

let harness: MoneyHarness;
let operator: SignedInCtx;

beforeAll(async () => {
  harness = await startMoneyHarness();
  operator = callBy(harness.resources, randomUUID(), "operator");
});
afterAll(() => harness?.close());
beforeEach(async () => {
  await tamper(harness.financeOwnerUrl, "TRUNCATE reconciliation_runs, reconciliation_differences");
});

it("reads zero where all is well, and says what was looked at", async () => {
  await openWallet(harness.resources, userInBucket(3), 10);
  const { runId, differences } = await reconcile(harness.resources);
  expect(differences).toBe(0);
  const view = await getReconciliation(operator, undefined);
  expect(view).toMatchObject({
    run: { runId: String(runId), status: "clean", differences: 0, error: null, requestedBy: null },
    running: null,
    differences: [],
  });
  expect(view.run?.checks.map(({ key }) => key)).toEqual(CHECKS.map(({ key }) => key));
  expect(view.run?.checks.find(({ key }) => key === "balances")?.compared).toBeGreaterThan(0);
});

it("keeps each difference with its subject, and a later run that finds nothing beside it", async () => {
  const viewer = userInBucket(4);
  await openWallet(harness.resources, viewer, 10);
  const { sql } = harness.resources.live;
  await sql`UPDATE ledger_accounts SET balance_coins = 11 WHERE id = ${viewer}`;
  const { runId } = await reconcile(harness.resources, {
    requestedBy: operator.session.userId,
    traceId: "t",
  });
  await sql`UPDATE ledger_accounts SET balance_coins = 10 WHERE id = ${viewer}`;
  const alarms = await sql`SELECT kind, facts, times FROM alarms`;
  const facts = { runId, differences: 2, checks: ["accounts-sum", "balances"] };
  expect(alarms).toMatchObject([{ kind: "books.differ", facts, times: 1 }]);
  await reconcile(harness.resources);
  const latest = await getReconciliation(operator, {});
  expect(latest.run).toMatchObject({ status: "clean" });
  expect(latest.history.map(({ status }) => status)).toEqual(["clean", "differences"]);
  const earlier = await getReconciliation(operator, { runId: String(runId) });
  expect(earlier.run).toMatchObject({ requestedBy: operator.session.userId, traceId: "t", differences: 2 });
  expect(earlier.differences).toMatchObject([
    { check: "accounts-sum", actual: "1" },
    {
      check: "balances",
      subject: `wallet:${viewer}`,
      expected: "10",
      actual: "11",
      facts: { kind: "wallet" },
    },
  ]);
});

it("finds nothing while gifts come in, wallets change and caches are filled", async () => {
  const viewers = [1, 2, 3].map(userInBucket);
  for (const viewer of viewers) await openWallet(harness.resources, viewer, 1_000);
  let stop = false;
  const traffic = viewers.map(async (viewer) => {
    while (!stop) {
      await openWallet(harness.resources, viewer, 1);
      await acceptGift(harness.resources.redis, giftEntry(viewer));
    }
  });
  for (let i = 0; i < 3; i++) expect((await reconcile(harness.resources)).differences).toBe(0);
  stop = true;
  await Promise.all(traffic);
});

it("says why it could not look, and a run that died does not go on for ever", async () => {
  await startRun(harness.resources.finance, { requestedBy: null, traceId: "t", startedAt: new Date() });
  expect((await getReconciliation(operator, undefined)).running).toMatchObject({ status: "running" });
  const away = openLiveDb(harness.liveUrl.replace(/:(\d+)\//, ":1/"), {
    poolMax: 1,
    applicationName: "test",
  });
  await expect(reconcile({ ...harness.resources, live: away })).rejects.toThrow(/ECONNREFUSED/);
  await away.close();
  const view = await getReconciliation(operator, undefined);
  expect(view.running).toBeNull();
  expect(view.history).toMatchObject([
    { status: "failed", error: expect.stringContaining("ECONNREFUSED") },
    { status: "failed", error: "The process ended." },
  ]);
});

it("raises the alarm of what it found before and after a check that could not look", async () => {
  const viewer = userInBucket(4);
  await openWallet(harness.resources, viewer, 10);
  const { sql } = harness.resources.live;
  await sql`UPDATE alarms SET acknowledged_at = now() WHERE acknowledged_at IS NULL`;
  await sql`UPDATE ledger_accounts SET balance_coins = 11 WHERE id = ${viewer}`;
  await tamper(
    harness.financeOwnerUrl,
    `INSERT INTO gift_day_viewers VALUES ('2020-01-01', 'other', 'other', 1, 1, '{1}');
     ALTER TABLE anchor_earnings RENAME TO earnings_away`,
  );
  await expect(reconcile(harness.resources)).rejects.toThrow(/anchor_earnings/);
  await sql`UPDATE ledger_accounts SET balance_coins = 10 WHERE id = ${viewer}`;
  await tamper(
    harness.financeOwnerUrl,
    "DELETE FROM gift_day_viewers; ALTER TABLE earnings_away RENAME TO anchor_earnings",
  );
  const [alarm] = await sql<{ facts: { checks: string[] } }[]>`
    SELECT facts FROM alarms WHERE kind = 'books.differ' ORDER BY last_at DESC LIMIT 1`;
  expect(alarm?.facts.checks).toEqual(["accounts-sum", "balances", "analytics"]);
  expect((await getReconciliation(operator, undefined)).history[0]).toMatchObject({ status: "failed" });
  expect((await reconcile(harness.resources)).differences).toBe(0);
});

it("stops between two checks when it is told to", async () => {
  await expect(reconcile(harness.resources, { signal: AbortSignal.abort() })).rejects.toThrow();
  expect((await getReconciliation(operator, undefined)).run).toMatchObject({ status: "failed" });
});

it("removes old runs that found nothing, and keeps those that found something", async () => {
  await reconcile(harness.resources);
  await harness.resources.finance.sql`
    INSERT INTO reconciliation_runs (status, trace_id, started_at) VALUES
      ('clean', 'old', now() - interval '31 days'), ('differences', 'old', now() - interval '31 days')`;
  await reconcile(harness.resources);
  const { history } = await getReconciliation(operator, undefined);
  expect(history.filter(({ traceId }) => traceId === "old").map(({ status }) => status)).toEqual([
    "differences",
  ]);
});

it("knows no run that never was", async () => {
  await expect(getReconciliation(operator, { runId: "999999" })).rejects.toMatchObject({
    bizName: "NOT_FOUND",
  });
});
