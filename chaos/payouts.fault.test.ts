import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FinanceSummary } from "@/domain/contracts/finance";
import type { Withdrawal } from "@/domain/contracts/withdrawal";
import type { StackProcess } from "@/stack/stack-process";
import { ApiClient } from "@/testkit/api-client";
import { trpcPost } from "@/testkit/trpc";
import { expectCleanAudit, type Rig, startRig, waitUntil } from "./lib/rig";

const ANCHOR_PHONE = "+8613900000001";
const OPERATOR_PHONE = "+8613700000001";
const NEW_PHONE = "+15551234567";
const ACCOUNT_NUMBER = "6222020205112233445";
const CLOSED_NUMBER = "62220202001130000";
const OWNER = "王小明的账户";
const AMOUNT_FEN = 10_000;
const WITHDRAWALS = 24;
/** Leases of those who died have to run out, and answers that were lost are asked for ever more rarely. */
const PAID_MS_MAX = 150_000;

let rig: Rig;
let folder: string;
let anchor: ApiClient;
const processes: StackProcess[] = [];
const start = async (name: Parameters<Rig["stack"]["start"]>[0]) => {
  const started = await rig.stack.start(name);
  processes.push(started);
  return started;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "downpour-payouts-"));
  rig = await startRig({
    // Everything that a process could say, it says.
    env: { LOG_LEVEL: "trace", PAYMENT_SANDBOX_FILE: join(folder, "payments.jsonl") },
  });
  processes.push(rig.web, rig.push);
  await Promise.all([start("gift-debit"), start("settlement")]);
  anchor = new ApiClient(rig.stack.webUrl);
  await anchor.signInByPhone(ANCHOR_PHONE);
  const { data: me } = await anchor.query<{ userId: string }>("session.me");
  const roomId = rig.rooms.find((room) => room.anchorId === me.userId)?.roomId;
  for (const { cookie } of rig.people.slice(0, 2)) {
    const order = { giftOrderId: randomUUID(), roomId, giftId: "car", count: 100, anonymous: false };
    await trpcPost(rig.stack.webUrl, "gift.send", order, cookie);
  }
  await waitUntil("the anchor has earned", async () => (await readSummary()).earnedFen === 500_000);
});
afterAll(async () => {
  await rig?.close();
  rmSync(folder, { recursive: true, force: true });
});

const readSummary = async () => (await anchor.query<FinanceSummary>("finance.summary")).data;
const withdraw = async (number: string) => {
  const answer = await anchor.mutate<Withdrawal>("finance.withdraw", {
    withdrawalId: randomUUID(),
    amountFen: AMOUNT_FEN,
    payoutAccount: { kind: "bank", name: OWNER, number },
  });
  expect(answer.error).toBeUndefined();
  return answer.data;
};
const readWithdrawals = () =>
  rig.finance.sql<{ payout_id: string; status: string }[]>`SELECT payout_id, status FROM withdrawals`;

/** Payout ids in the provider's own ledger, once for each time that money left. */
function readLedger(): string[] {
  const lines = readFileSync(join(folder, "payments.jsonl.payouts"), "utf8").split("\n").filter(Boolean);
  return lines.flatMap((line) => {
    const { payout } = JSON.parse(line) as { payout: { payoutId: string; state: string } };
    return payout.state === "paid" ? [payout.payoutId] : [];
  });
}

describe("paying anchors out, with schedulers and the provider killed again and again", () => {
  it("pays each withdrawal once, and gives back what was refused", async () => {
    await start("payment-sandbox");
    // That many in one day an operator would have to look at.
    const operator = new ApiClient(rig.stack.webUrl);
    await operator.signInByPhone(OPERATOR_PHONE);
    const raised = await operator.mutate("finance.setWithdrawalPolicy", {
      approvalThresholdFen: 1_000_000,
      newAccountThresholdFen: 1_000_000,
      reason: "this test",
    });
    expect(raised.error).toBeUndefined();
    for (let i = 0; i < WITHDRAWALS; i++) await withdraw(ACCOUNT_NUMBER);
    await withdraw(CLOSED_NUMBER);
    let [scheduler, other] = await Promise.all([start("scheduler"), start("scheduler")]);
    for (let i = 0; i < 3; i++) {
      // Wherever they happen to be.
      await delay(400 + i * 700);
      await scheduler.kill9();
      scheduler = await start("scheduler");
      await processes.findLast((p) => p.name === "payment-sandbox")?.kill9();
      await start("payment-sandbox");
      await other.kill9();
      other = await start("scheduler");
    }
    const isFinal = (row: { status: string }) => row.status === "paid" || row.status === "failed";
    await waitUntil(
      "every withdrawal is final",
      async () => (await readWithdrawals()).every(isFinal),
      PAID_MS_MAX,
    );
    const rows = await readWithdrawals();
    const paid = rows.filter((row) => row.status === "paid").map((row) => row.payout_id);
    expect(rows.filter((row) => row.status === "failed")).toHaveLength(1);
    expect(paid).toHaveLength(WITHDRAWALS);
    expect(readLedger().toSorted()).toEqual(paid.toSorted());
    expect(await readSummary()).toMatchObject({ frozenFen: 0, withdrawnFen: WITHDRAWALS * AMOUNT_FEN });
    await expectCleanAudit(rig);
  });
});

describe("personal data", () => {
  it("stands in the plain neither in a dump of the databases nor in anything that a process said", async () => {
    const person = new ApiClient(rig.stack.webUrl);
    await person.signInByPhone(NEW_PHONE);
    await withdraw(ACCOUNT_NUMBER);
    // A code on its way, and refusals with personal data in them.
    await person.askForCode(`${NEW_PHONE}9`);
    await person.postJson("/api/auth/phone-number/verify", { phoneNumber: NEW_PHONE, code: "x".repeat(6) });
    await anchor.mutate("finance.withdraw", {
      withdrawalId: "no id",
      amountFen: AMOUNT_FEN,
      payoutAccount: { kind: "bank", name: OWNER, number: ACCOUNT_NUMBER },
    });
    const dump = [...(await dumpAll(rig.stack.liveOwnerUrl)), ...(await dumpAll(rig.stack.financeOwnerUrl))];
    const said = processes.flatMap((p) => [...p.output]);
    // What is looked through is really there.
    expect(dump.join("\n")).toContain("****3445");
    expect(said.join("\n")).toContain('"service":"scheduler"');
    for (const secret of [NEW_PHONE, ANCHOR_PHONE, "+8613800000001", ACCOUNT_NUMBER, CLOSED_NUMBER, OWNER]) {
      const digits = secret.replace(/^\+(86)?/, "");
      expect(dump.filter((row) => row.includes(digits))).toEqual([]);
      expect(said.filter((line) => line.includes(digits))).toEqual([]);
    }
  });
});

/** Every row of every table, all its columns as text. */
async function dumpAll(ownerUrl: string): Promise<string[]> {
  const sql = postgres(ownerUrl, { max: 1 });
  const tables = await sql<{ name: string }[]>`
    SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`;
  const dump: string[] = [];
  for (const { name } of tables) {
    const rows = await sql.unsafe<{ row: string }[]>(`SELECT t::text AS row FROM ${name} t`);
    dump.push(...rows.map(({ row }) => `${name} ${row}`));
  }
  await sql.end();
  return dump;
}
