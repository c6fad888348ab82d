import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openFinanceDb } from "@/db/client";
import { tamper } from "@/db/testing/tamper";
import type { BizError } from "@/domain/contracts/errors";
import { callBy } from "@/server/testing/money-harness";
import { type PayoutHarness, startPayoutHarness } from "@/server/testing/payout-harness";
import type { SignedInCtx } from "../context";
import { banPerson } from "../people/restrict-account";
import { decideWithdrawal } from "../withdrawal/decide-withdrawal";
import { requestWithdrawal } from "../withdrawal/request-withdrawal";
import { DUAL_ACTIONS } from "./actions";
import { decideProposal, resolveCutOffProposal } from "./decide-proposal";
import { getFourEyes } from "./four-eyes";
import { listProposals } from "./list-proposals";
import { performOrPropose } from "./perform-or-propose";
import { reportCutOffs } from "./report-cut-offs";

let harness: PayoutHarness;
let sql: PayoutHarness["resources"]["live"]["sql"];
let [first, second, third]: string[] = [];

beforeAll(async () => {
  harness = await startPayoutHarness();
  ({ sql } = harness.resources.live);
});
afterAll(() => harness?.close());
afterEach(() => harness.checkMoney());

/** Three operators who have proposed nothing yet, and four eyes on. */
beforeEach(async () => {
  await sql`UPDATE users SET role = 'viewer' WHERE role = 'operator'`;
  [first, second, third] = await Promise.all([newUser("operator"), newUser("operator"), newUser("operator")]);
  await setPolicy("on");
});

async function newUser(role: string): Promise<string> {
  const id = randomUUID();
  await sql`INSERT INTO users (id, name, email, role) VALUES (${id}, ${role}, ${`${id}@users.invalid`}, ${role})`;
  return id;
}

async function setPolicy(mode: string, largePayoutFen = 1_000_000): Promise<void> {
  await sql`
    INSERT INTO policies (key, value) VALUES ('four-eyes', ${JSON.stringify({ mode, largePayoutFen })}::text::jsonb)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value`;
}

const as = (userId: string | undefined): SignedInCtx => callBy(harness.resources, userId ?? "", "operator");
const CAPS = { giftCoinsMax: 10, dayCoinsMax: 20, monthCoinsMax: 30, reason: "fewer" };
const setCaps = (userId: string | undefined, giftCoinsMax = 10) =>
  performOrPropose(as(userId), DUAL_ACTIONS.setCapsPolicy, { ...CAPS, giftCoinsMax });
const decide = (userId: string | undefined, proposalId: string, approve = true) =>
  decideProposal(as(userId), { proposalId, approve, reason: "looked at" });

/** What a call came to: "done", or the name of the refusal. */
const outcomeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: BizError) => error.bizName ?? String(error),
  );
/** The id of the proposal that a call left behind. */
async function proposedBy(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (refusal: BizError) => refusal,
  );
  expect(error?.bizName).toBe("SECOND_OPERATOR_NEEDED");
  return String(error?.details.proposalId);
}
const stateOf = async (id: string) =>
  (
    await sql<{ state: string; error: string | null }[]>`
    SELECT state, error FROM operator_proposals WHERE id = ${id}`
  )[0];
async function capsNow(): Promise<unknown> {
  const [row] = await sql`SELECT value FROM policies WHERE key = 'spending-caps'`;
  return row?.value;
}
const actionsOn = (subject: string) => sql<
  { action: string; actor_id: string; after: Record<string, unknown> }[]
>`
  SELECT action, actor_id, after FROM operator_actions WHERE subject = ${subject} ORDER BY id`;

describe("four eyes", () => {
  const inMode = (mode: "demo" | "development" | "production") =>
    getFourEyes({ ...harness.resources, env: { ...harness.resources.env, DOWNPOUR_MODE: mode } });

  it("are on by themselves in production with more than one operator, counted exactly", async () => {
    await setPolicy("auto");
    expect(await inMode("production")).toMatchObject({ isOn: true, operators: 3 });
    expect(await inMode("demo")).toMatchObject({ isOn: false });
    expect(await inMode("development")).toMatchObject({ isOn: false });
    await sql`UPDATE users SET banned = true WHERE id = ${third ?? ""}`;
    await sql`UPDATE users SET role = 'viewer' WHERE id = ${second ?? ""}`;
    expect(await inMode("production")).toMatchObject({ isOn: false, operators: 1 });
    // A ban that has run out is none; one that still runs is one.
    await sql`UPDATE users SET ban_expires = now() - interval '1 second' WHERE id = ${third ?? ""}`;
    expect(await inMode("production")).toMatchObject({ isOn: true, operators: 2 });
    await sql`UPDATE users SET ban_expires = now() + interval '1 hour' WHERE id = ${third ?? ""}`;
    expect(await inMode("production")).toMatchObject({ isOn: false, operators: 1 });
  });

  it("stay on for three days after one operator has banned all others", async () => {
    await setPolicy("auto");
    for (const userId of [second, third])
      await banPerson(as(first), { userId: userId ?? "", reason: "in the way" });
    expect(await inMode("production")).toMatchObject({ isOn: true, operators: 1 });
    await sql`
      UPDATE account_restrictions SET created_at = now() - interval '73 hours'
      WHERE user_id IN (${second ?? ""}, ${third ?? ""})`;
    expect(await inMode("production")).toMatchObject({ isOn: false, operators: 1 });
  });

  it("are off where the policy says so, and one operator is enough", async () => {
    await setPolicy("off");
    expect(await inMode("production")).toMatchObject({ isOn: false });
    expect(await outcomeOf(setCaps(first, 77))).toBe("done");
    expect(await capsNow()).toMatchObject({ giftCoinsMax: 77 });
  });

  it("are not switched on where nobody could agree to anything, not even to switching them off", async () => {
    await setPolicy("off");
    await sql`UPDATE users SET role = 'viewer' WHERE id IN (${second ?? ""}, ${third ?? ""})`;
    const on = { mode: "on" as const, largePayoutFen: 1_000_000, reason: "to be safe" };
    expect(await outcomeOf(performOrPropose(as(first), DUAL_ACTIONS.setFourEyesPolicy, on))).toBe(
      "SECOND_OPERATOR_MISSING",
    );
    expect((await getFourEyes(harness.resources)).mode).toBe("off");
    await sql`UPDATE users SET role = 'operator' WHERE id = ${second ?? ""}`;
    expect(await outcomeOf(performOrPropose(as(first), DUAL_ACTIONS.setFourEyesPolicy, on))).toBe("done");
  });

  it("need two to be switched off", async () => {
    const off = { mode: "off" as const, largePayoutFen: 1_000_000, reason: "in the way" };
    const id = await proposedBy(performOrPropose(as(first), DUAL_ACTIONS.setFourEyesPolicy, off));
    expect((await getFourEyes(harness.resources)).isOn).toBe(true);
    expect(await outcomeOf(decide(first, id))).toBe("FORBIDDEN");
    expect((await decide(second, id)).state).toBe("approved");
    expect((await getFourEyes(harness.resources)).isOn).toBe(false);
  });
});

describe("a proposal", () => {
  it("does nothing until another operator approves; the record names both", async () => {
    const before = await capsNow();
    const id = await proposedBy(setCaps(first, 11));
    expect(await capsNow()).toEqual(before);
    const [shown] = (await listProposals(as(second), { all: false, limit: 10 })).items;
    expect(shown).toMatchObject({
      proposalId: id,
      action: "wallet.setCapsPolicy",
      subject: "policy:spending-caps",
      input: { giftCoinsMax: 11, reason: "fewer" },
      before: expect.objectContaining({ giftCoinsMax: expect.any(Number) }),
      proposedBy: first,
      reason: "fewer",
      state: "pending",
    });
    expect(await decide(second, id)).toMatchObject({
      state: "approved",
      decidedBy: second,
      note: "looked at",
    });
    expect(await capsNow()).toMatchObject({ giftCoinsMax: 11 });
    const written = (await actionsOn("policy:spending-caps")).at(-1);
    expect(written).toMatchObject({
      actor_id: first,
      after: { giftCoinsMax: 11, approval: { proposalId: id, approvedBy: second } },
    });
    expect((await actionsOn(`proposal:${id}`)).map(({ action, actor_id }) => [action, actor_id])).toEqual([
      ["proposal.create", first],
      ["proposal.approve", second],
    ]);
  });

  it("is the same one when it is repeated, also many times at once, until it is decided", async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => proposedBy(setCaps(first, 12))));
    expect(new Set(ids).size).toBe(1);
    expect(await proposedBy(setCaps(first, 13))).not.toBe(ids[0]);
    expect(await proposedBy(setCaps(second, 12))).not.toBe(ids[0]);
    await decide(second, ids[0] ?? "", false);
    expect(await proposedBy(setCaps(first, 12))).not.toBe(ids[0]);
  });

  it("is not approved by whoever made it, who may take it back", async () => {
    const id = await proposedBy(setCaps(first, 14));
    expect(await outcomeOf(decide(first, id))).toBe("FORBIDDEN");
    expect(await stateOf(id)).toMatchObject({ state: "pending" });
    expect((await decide(first, id, false)).state).toBe("rejected");
    expect(await outcomeOf(decide(second, id))).toBe("PROPOSAL_STATE_CONFLICT");
    expect(await capsNow()).not.toMatchObject({ giftCoinsMax: 14 });
  });

  it.each([
    ["banned", (id: string) => sql`UPDATE users SET banned = true WHERE id = ${id}`],
    ["demoted", (id: string) => sql`UPDATE users SET role = 'viewer' WHERE id = ${id}`],
    ["gone", (id: string) => sql`DELETE FROM users WHERE id = ${id}`],
  ])("is not approved by an operator who is %s, whatever their session says", async (_how, stop) => {
    const id = await proposedBy(setCaps(first, 15));
    await stop(second ?? "");
    expect(await outcomeOf(decide(second, id))).toBe("FORBIDDEN");
    expect(await stateOf(id)).toMatchObject({ state: "pending" });
    expect((await decide(third, id)).state).toBe("approved");
  });

  it("has failed when whoever made it is no operator any more", async () => {
    const id = await proposedBy(setCaps(first, 16));
    await sql`UPDATE users SET role = 'viewer' WHERE id = ${first ?? ""}`;
    expect(await outcomeOf(decide(second, id))).toBe("FORBIDDEN");
    expect(await stateOf(id)).toEqual({ state: "failed", error: "FORBIDDEN" });
    expect(await capsNow()).not.toMatchObject({ giftCoinsMax: 16 });
  });

  it("is done once when two operators approve at once, and never again", async () => {
    const id = await proposedBy(setCaps(first, 17));
    const outcomes = await Promise.all(
      [second, third, second, third].map((who) => outcomeOf(decide(who, id))),
    );
    expect(outcomes.sort()).toEqual([
      "PROPOSAL_STATE_CONFLICT",
      "PROPOSAL_STATE_CONFLICT",
      "PROPOSAL_STATE_CONFLICT",
      "done",
    ]);
    expect(await outcomeOf(decide(third, id))).toBe("PROPOSAL_STATE_CONFLICT");
    const written = (await actionsOn("policy:spending-caps")).filter(
      ({ after }) => after.giftCoinsMax === 17,
    );
    expect(written).toHaveLength(1);
  });

  it("is approved or rejected, not both", async () => {
    const id = await proposedBy(setCaps(first, 18));
    const outcomes = await Promise.all([outcomeOf(decide(second, id)), outcomeOf(decide(third, id, false))]);
    expect(outcomes.sort()).toEqual(["PROPOSAL_STATE_CONFLICT", "done"]);
    const isDone = (await stateOf(id))?.state === "approved";
    expect((await capsNow()) as object).toEqual(
      isDone
        ? expect.objectContaining({ giftCoinsMax: 18 })
        : expect.not.objectContaining({ giftCoinsMax: 18 }),
    );
  });

  it("expires", async () => {
    const id = await proposedBy(setCaps(first, 19));
    await sql`UPDATE operator_proposals SET expires_at = now() - interval '1 second' WHERE id = ${id}`;
    const open = await listProposals(as(second), { all: false, limit: 100 });
    expect(open.items.map(({ proposalId }) => proposalId)).not.toContain(id);
    expect(await outcomeOf(decide(second, id))).toBe("PROPOSAL_EXPIRED");
    expect(await outcomeOf(decide(second, id))).toBe("PROPOSAL_EXPIRED");
    expect(await stateOf(id)).toMatchObject({ state: "expired" });
    expect(await proposedBy(setCaps(first, 19))).not.toBe(id);
  });

  it("cannot be changed behind the approver's back", async () => {
    const id = await proposedBy(setCaps(first, 20));
    const forged = JSON.stringify({ ...CAPS, giftCoinsMax: 999 });
    await expect(
      sql`UPDATE operator_proposals SET input = ${forged}::text::jsonb WHERE id = ${id}`,
    ).rejects.toThrow("kept as it was made");
    await expect(
      sql`UPDATE operator_proposals SET proposed_by = ${second ?? ""} WHERE id = ${id}`,
    ).rejects.toThrow();
    // Not even by the owner of the table, who can switch the trigger off.
    await tamper(
      harness.liveOwnerUrl,
      `ALTER TABLE operator_proposals DISABLE TRIGGER operator_proposals_keep;
       UPDATE operator_proposals SET input = '${forged}' WHERE id = '${id}';
       ALTER TABLE operator_proposals ENABLE TRIGGER operator_proposals_keep`,
    );
    expect(await outcomeOf(decide(second, id))).toBe("INVALID_INPUT");
    expect(await stateOf(id)).toEqual({ state: "failed", error: "INVALID_INPUT" });
    expect(await capsNow()).not.toMatchObject({ giftCoinsMax: 999 });
  });

  it("of something that is not known any more has failed", async () => {
    const id = randomUUID();
    await sql`
      INSERT INTO operator_proposals (id, action, subject, input, input_hash, proposed_by, trace_id, expires_at)
      VALUES (${id}, 'constructor', 'x:1', '{}', 'x', ${first ?? ""}, 'trace', now() + interval '1 hour')`;
    expect(await outcomeOf(decide(second, id))).toBe("INVALID_INPUT");
    expect(await stateOf(id)).toMatchObject({ state: "failed" });
  });

  it("that was cut off is seen, is not done again by anybody, and is resolved by a person", async () => {
    const id = await proposedBy(setCaps(first, 21));
    // As a process leaves it that dies after the approval was committed.
    await sql`
      UPDATE operator_proposals SET state = 'executing', decided_by = ${second ?? ""}, decided_at = now() WHERE id = ${id}`;
    const open = await listProposals(as(third), { all: false, limit: 100 });
    expect(open.items.find(({ proposalId }) => proposalId === id)?.state).toBe("executing");
    expect(await outcomeOf(decide(third, id))).toBe("PROPOSAL_STATE_CONFLICT");
    expect(await capsNow()).not.toMatchObject({ giftCoinsMax: 21 });
    // Somebody may still be at it; later nobody is, and an alarm says so, once.
    const alarms = () => sql<{ kind: string; times: number }[]>`
      SELECT kind, times FROM alarms WHERE subject = ${`proposal:${id}`}`;
    await reportCutOffs(harness.resources);
    expect(await alarms()).toEqual([]);
    await sql`UPDATE operator_proposals SET decided_at = now() - interval '3 minutes' WHERE id = ${id}`;
    for (const _ of ["once", "again"]) await reportCutOffs(harness.resources);
    expect([...(await alarms())]).toEqual([{ kind: "approval.outcome_unclear", times: 1 }]);
    const input = { proposalId: id, done: false, reason: "it was not" };
    expect((await resolveCutOffProposal(as(third), input)).state).toBe("failed");
    expect(await outcomeOf(resolveCutOffProposal(as(third), { ...input, done: true }))).toBe(
      "PROPOSAL_STATE_CONFLICT",
    );
    expect((await actionsOn(`proposal:${id}`)).at(-1)).toMatchObject({
      action: "proposal.resolve",
      actor_id: third,
    });
  });

  it("whose outcome nobody knows stays open, with an alarm", async () => {
    const share = { anchorId: null, shareBps: 4_000, effectiveAt: "2999-01-01T00:00:00Z", reason: "less" };
    const id = await proposedBy(performOrPropose(as(first), DUAL_ACTIONS.setShare, share));
    const away = openFinanceDb("postgres://nobody@127.0.0.1:9/away", { poolMax: 1, applicationName: "away" });
    const decision = { proposalId: id, approve: true, reason: "r" };
    await expect(decideProposal({ ...as(second), finance: away }, decision)).rejects.toThrow("ECONNREFUSED");
    await away.close();
    expect(await stateOf(id)).toMatchObject({ state: "executing" });
    const alarms = await sql`SELECT kind FROM alarms WHERE subject = ${`proposal:${id}`}`;
    expect(alarms.map(({ kind }) => kind as string)).toEqual(["approval.outcome_unclear"]);
    expect(await outcomeOf(decide(third, id))).toBe("PROPOSAL_STATE_CONFLICT");
  });

  it("is refused when too many of the same operator wait", async () => {
    for (let n = 0; n < 50; n++) await proposedBy(setCaps(first, 100 + n));
    expect(await outcomeOf(setCaps(first, 200))).toBe("RATE_LIMITED");
    expect(await outcomeOf(setCaps(second, 200))).toBe("SECOND_OPERATOR_NEEDED");
  });
});

describe("a payout", () => {
  const account = { kind: "bank", name: "王小明", number: "6222020205112233445" } as const;
  async function asked(anchorId: string, amountFen: number): Promise<string> {
    const withdrawalId = randomUUID();
    await requestWithdrawal(callBy(harness.resources, anchorId, "anchor"), {
      withdrawalId,
      amountFen,
      payoutAccount: account,
    });
    return withdrawalId;
  }
  const approve = (userId: string | undefined, withdrawalId: string) =>
    performOrPropose(as(userId), DUAL_ACTIONS.decideWithdrawal, {
      withdrawalId,
      approve: true,
      note: "fine",
    });
  const statusOf = async (withdrawalId: string) =>
    (
      await harness.resources.finance
        .sql`SELECT status FROM withdrawals WHERE withdrawal_id = ${withdrawalId}`
    )[0]?.status as string;

  it("that is large needs two, also in parts that are each small; one may reject it", async () => {
    await setPolicy("on", 400_000);
    const anchorId = await harness.anchorWith(2_000_000);
    const [small, next, rejected] = [
      await asked(anchorId, 399_999),
      await asked(anchorId, 200_000),
      await asked(anchorId, 500_000),
    ];
    expect(await outcomeOf(approve(first, small))).toBe("done");
    const id = await proposedBy(approve(first, next));
    expect(await statusOf(next)).toBe("requested");
    expect((await decide(second, id)).state).toBe("approved");
    expect(await statusOf(next)).toBe("approved");
    const reject = { withdrawalId: rejected, approve: false, note: "no" };
    expect(await outcomeOf(performOrPropose(as(first), DUAL_ACTIONS.decideWithdrawal, reject))).toBe("done");
  });

  it("is not approved alone by many calls at once", async () => {
    await setPolicy("on", 400_000);
    const anchorId = await harness.anchorWith(2_000_000);
    const asks = [];
    for (let n = 0; n < 4; n++) asks.push(await asked(anchorId, 250_000));
    const outcomes = await Promise.all(asks.map((id) => outcomeOf(approve(first, id))));
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1);
  });

  it("that was rejected meanwhile is not approved by a proposal from before", async () => {
    await setPolicy("on", 100);
    const withdrawalId = await asked(await harness.anchorWith(500_000), 200_000);
    const id = await proposedBy(approve(first, withdrawalId));
    await decideWithdrawal(as(third), { withdrawalId, approve: false, note: "no" });
    expect(await outcomeOf(decide(second, id))).toBe("WITHDRAWAL_STATE_CONFLICT");
    expect(await stateOf(id)).toEqual({ state: "failed", error: "WITHDRAWAL_STATE_CONFLICT" });
    expect(await statusOf(withdrawalId)).toBe("rejected");
  });

  it("is neither proposed nor approved by whom it is paid to", async () => {
    await setPolicy("on", 100);
    const anchorId = await harness.anchorWith(500_000);
    const withdrawalId = await asked(anchorId, 200_000);
    // An anchor who has become an operator since.
    await sql`
      INSERT INTO users (id, name, email, role) VALUES (${anchorId}, 'A', ${`${anchorId}@users.invalid`}, 'operator')
      ON CONFLICT (id) DO UPDATE SET role = excluded.role`;
    expect(await outcomeOf(approve(anchorId, withdrawalId))).toBe("FORBIDDEN");
    const id = await proposedBy(approve(first, withdrawalId));
    expect(await outcomeOf(decide(anchorId, id))).toBe("FORBIDDEN");
    expect(await stateOf(id)).toMatchObject({ state: "pending" });
    await setPolicy("off");
    expect(await outcomeOf(approve(anchorId, withdrawalId))).toBe("FORBIDDEN");
  });
});
