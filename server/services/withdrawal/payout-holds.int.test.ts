import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openLiveDb } from "@/db/client";
import { claimPayouts, permitPayoutOrder } from "@/db/finance/queries/claim-payouts";
import { findEarnings } from "@/db/finance/queries/earnings";
import { liftPayoutHold, placePayoutHold } from "@/db/finance/queries/payout-holds";
import { findWithdrawals } from "@/db/finance/queries/withdrawals";
import { postGifts } from "@/db/live/ledger/post-gifts";
import type { BizError } from "@/domain/contracts/errors";
import type { PayoutHoldKind } from "@/domain/contracts/withdrawal";
import { callBy, giftEntry, openWallet } from "@/server/testing/money-harness";
import { type PayoutHarness, startPayoutHarness } from "@/server/testing/payout-harness";
import { settleAndTakeBack, startStretch } from "../finance/settlement-stretch";
import { refundGift } from "../refund/refund-gift";
import { decideWithdrawal, retryPayout } from "./decide-withdrawal";
import { findUnpayable } from "./find-unpayable";
import { holdPayouts, liftHold } from "./hold-payouts";
import { listMyWithdrawals, searchWithdrawals } from "./list-withdrawals";
import { payWithdrawals } from "./pay-withdrawals";
import { requestWithdrawal } from "./request-withdrawal";

let harness: PayoutHarness;
beforeAll(async () => {
  harness = await startPayoutHarness();
});
afterAll(() => harness?.close());
beforeEach(() => {
  harness.network = "fine";
});
// Whatever a test did, nobody has gained or lost, and nobody was paid twice.
afterEach(() => harness.checkMoney());

const AMOUNT_FEN = 50_000;
const TRACE_ID = "0".repeat(32);
const operator = () => callBy(harness.resources, randomUUID(), "operator");
interface Named {
  anchorId: string;
  withdrawalId: string;
}
async function ask(anchorId: string, amountFen = AMOUNT_FEN): Promise<Named> {
  const { withdrawalId } = await requestWithdrawal(callBy(harness.resources, anchorId, "anchor"), {
    withdrawalId: randomUUID(),
    amountFen,
    payoutAccount: { kind: "bank", name: "王小明", number: "6222020205112233445" },
  });
  return { anchorId, withdrawalId };
}
/** An anchor with an approved withdrawal. */
const approved = async () => ask(await harness.anchorWith(500_000));
const rowOf = async ({ anchorId, withdrawalId }: Named) => {
  const [row] = await findWithdrawals(harness.resources.finance, withdrawalId, anchorId);
  if (!row) throw new Error("There is no such withdrawal.");
  return row;
};
const ordersOf = async (named: Named) => harness.ordersOf((await rowOf(named)).payoutId);
const statusesOf = async (named: Named) => {
  const { items } = await searchWithdrawals(operator(), { limit: 100, anchorId: named.anchorId });
  return items[0]?.steps.map((step) => step.status);
};
async function hold(anchorId: string, facts: { kind?: PayoutHoldKind; until?: Date } = {}): Promise<string> {
  const id = randomUUID();
  await placePayoutHold(harness.resources.finance, {
    id,
    anchorId,
    kind: facts.kind ?? "restriction",
    reason: "test",
    until: facts.until ?? null,
    placedBy: randomUUID(),
    traceId: TRACE_ID,
  });
  return id;
}
const lift = (id: string) => liftPayoutHold(harness.resources.finance, { id, liftedBy: randomUUID() });
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000);
/** A round of the scheduler, so many seconds from now. */
const round = (seconds = 0) => payWithdrawals(harness.resources, () => inSeconds(seconds));
/** Rounds, each a minute after the last, until a withdrawal is so; a busy machine may answer a call too late. */
async function runUntil(named: Named, status: string): Promise<void> {
  let minutes = 0;
  const runRound = async () => {
    await round(60 * minutes++);
    return (await rowOf(named)).status;
  };
  await expect.poll(runRound, { timeout: 40_000, interval: 100 }).toBe(status);
}
const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: BizError) => error.bizName ?? String(error),
  );
const decide = (named: Named, approve: boolean) =>
  decideWithdrawal(operator(), { ...named, approve, note: "looked at" });
const setUser = (anchorId: string, facts: { role?: string; banned?: boolean; ban_expires?: Date | null }) =>
  harness.resources.live.sql`UPDATE users SET ${harness.resources.live.sql(facts)} WHERE id = ${anchorId}`;

describe("an approved withdrawal", () => {
  it("is not paid while a hold stands, says why, and is paid once when it is lifted", async () => {
    const named = await approved();
    const id = await hold(named.anchorId, { kind: "charge_back" });
    await round();
    await round(3_600);
    expect(await rowOf(named)).toMatchObject({ status: "approved", failureReason: "held_charge_back" });
    expect(await ordersOf(named)).toBe(0);
    const by = callBy(harness.resources, named.anchorId, "anchor");
    expect((await listMyWithdrawals(by, { limit: 1 })).items[0]?.reason).toBe("held_charge_back");
    expect(await lift(id)).toBe(true);
    expect(await lift(id)).toBe(false);
    await runUntil(named, "paid");
    expect(await rowOf(named)).toMatchObject({ failureReason: null });
    expect(await ordersOf(named)).toBe(1);
    expect(await statusesOf(named)).toEqual(["requested", "approved", "paying", "paid"]);
  });

  it("is held by each hold that stands, and by none whose time has passed", async () => {
    const named = await approved();
    const first = await hold(named.anchorId);
    await hold(named.anchorId, { kind: "phone_changed", until: inSeconds(7_200) });
    await lift(first);
    await round();
    expect(await rowOf(named)).toMatchObject({ status: "approved", failureReason: "held_phone_changed" });
    await round(7_100);
    expect(await ordersOf(named)).toBe(0);
    await round(7_300);
    await runUntil(named, "paid");
    expect(await ordersOf(named)).toBe(1);
  });

  it("does not keep others from being paid, however many are held", async () => {
    const held: Named[] = [];
    while (held.length < 12) held.push(await approved());
    await Promise.all(held.map(({ anchorId }) => hold(anchorId)));
    const free = await approved();
    await runUntil(free, "paid");
    for (const named of held) expect(await rowOf(named)).toMatchObject({ status: "approved" });
  });

  it("is not paid to somebody who is banned, or no anchor any more", async () => {
    const banned = await approved();
    const demoted = await approved();
    const gone = await approved();
    await setUser(banned.anchorId, { banned: true, ban_expires: null });
    await setUser(demoted.anchorId, { role: "viewer" });
    await harness.resources.live.sql`DELETE FROM users WHERE id = ${gone.anchorId}`;
    await round();
    expect(await rowOf(banned)).toMatchObject({ status: "approved", failureReason: "anchor_banned" });
    for (const named of [demoted, gone])
      expect(await rowOf(named)).toMatchObject({ status: "approved", failureReason: "not_an_anchor" });
    expect(await refusalOf(ask(banned.anchorId, 1_000))).toBe("FORBIDDEN");
    expect(await refusalOf(ask(demoted.anchorId, 1_000))).toBe("FORBIDDEN");
    await setUser(banned.anchorId, { ban_expires: inSeconds(-1) });
    await setUser(demoted.anchorId, { role: "anchor" });
    for (const named of [banned, demoted]) await runUntil(named, "paid");
    expect(await ordersOf(gone)).toBe(0);
  });

  it("is not paid once a restriction was decided, also when nobody has placed its hold yet", async () => {
    const [named, other] = [await approved(), await approved()];
    const restrict = (anchorId: string, kind: string) => harness.resources.live.sql`
      INSERT INTO account_restrictions (id, user_id, kind, source, reason, created_by, trace_id)
      VALUES (${randomUUID()}, ${anchorId}, ${kind}, 'account', 'test', ${randomUUID()}, ${TRACE_ID})`;
    await restrict(named.anchorId, "signIn");
    await restrict(other.anchorId, "room");
    await runUntil(other, "paid");
    expect(await rowOf(named)).toMatchObject({ status: "approved", failureReason: "held_restriction" });
    expect(await refusalOf(ask(named.anchorId, 1_000))).toBe("PAYOUTS_HELD");
    await harness.resources.live.sql`
      UPDATE account_restrictions SET lifted_at = now() WHERE user_id = ${named.anchorId}`;
    await runUntil(named, "paid");
  });

  it("is not paid while nobody can say who the anchor is", async () => {
    const named = await approved();
    const away = openLiveDb("postgres://nobody@127.0.0.1:9/none", { poolMax: 1, applicationName: "test" });
    await payWithdrawals({ ...harness.resources, live: away });
    await away.close();
    expect(await rowOf(named)).toMatchObject({ status: "approved", failureReason: "anchor_unknown" });
    await runUntil(named, "paid");
  });

  it("is not paid from what refunds took back, until it is made up for", async () => {
    const { resources } = harness;
    const anchorId = await harness.anchorWith(0);
    const senderId = randomUUID();
    await openWallet(resources, senderId, 100_000);
    const give = async (priceCoins: number) => {
      const gift = giftEntry(senderId, { anchorId, priceCoins });
      await postGifts(resources.live.sql, [gift]);
      while (await settleAndTakeBack(resources, startStretch("test"), 100));
      return gift;
    };
    const [first] = [await give(8_000), await give(6_000)];
    const [large, small] = [await ask(anchorId, 40_000), await ask(anchorId, 30_000)];
    const facts = {
      senderId,
      giftOrderId: first.giftOrderId,
      refundId: randomUUID(),
      reason: "charged back",
    };
    await refundGift(operator(), facts);
    while (await settleAndTakeBack(resources, startStretch("test"), 100));
    // Thirty thousand are left: enough for the small one.
    await runUntil(small, "paid");
    expect(await rowOf(large)).toMatchObject({ status: "approved", failureReason: "earnings_taken_back" });
    expect(await ordersOf(large)).toBe(0);
    await give(8_000);
    await runUntil(large, "paid");
  });

  it("can be rejected while it is stopped, and only then", async () => {
    const named = await approved();
    expect(await refusalOf(decide(named, false))).toBe("WITHDRAWAL_STATE_CONFLICT");
    const id = await hold(named.anchorId);
    expect(await refusalOf(decide(named, false))).toBe("done");
    expect(await findEarnings(harness.resources.finance, named.anchorId)).toMatchObject({ frozenFen: 0 });
    await lift(id);
    await round(3_600);
    expect(await rowOf(named)).toMatchObject({ status: "rejected", nextAttemptAt: null });
    expect(await ordersOf(named)).toBe(0);
    const banned = await approved();
    await setUser(banned.anchorId, { banned: true });
    await round();
    expect(await refusalOf(decide(banned, false))).toBe("done");
  });
});

describe("a withdrawal that waits for an operator", () => {
  it("cannot be approved while a hold stands", async () => {
    const named = await ask(await harness.anchorWith(500_000), 200_000);
    const id = await hold(named.anchorId, { kind: "phone_changed" });
    await expect(decide(named, true)).rejects.toMatchObject({
      bizName: "PAYOUTS_HELD",
      details: { kind: "phone_changed" },
    });
    expect(await rowOf(named)).toMatchObject({ status: "requested", decidedBy: null });
    await lift(id);
    expect((await decide(named, true)).status).toBe("approved");
    await runUntil(named, "paid");
  });
});

describe("a payout that is on its way", () => {
  it("is stopped between being taken and being ordered", async () => {
    const named = await approved();
    const now = new Date();
    const { claimed } = await claimPayouts(harness.resources.finance, {
      now,
      leaseUntil: inSeconds(30),
      limit: 10,
      findUnpayable: (ids) => findUnpayable(harness.resources, ids, now),
    });
    const payout = claimed.find((row) => row.withdrawalId === named.withdrawalId);
    if (!payout) throw new Error("It was not taken.");
    const id = await hold(named.anchorId);
    const permit = () =>
      permitPayoutOrder(harness.resources.finance, {
        payout,
        now,
        findUnpayable: (ids) => findUnpayable(harness.resources, ids, now),
      });
    expect(await permit()).toMatchObject({ permit: "stopped", reason: "held_restriction" });
    expect(await rowOf(named)).toMatchObject({ status: "approved", orderedAt: null });
    expect(await permit()).toEqual({ permit: "lost" });
    await lift(id);
    await runUntil(named, "paid");
    expect(await ordersOf(named)).toBe(1);
    expect(await statusesOf(named)).toEqual([
      "requested",
      "approved",
      "paying",
      "approved",
      "paying",
      "paid",
    ]);
  });

  it("is not taken for unordered by whoever stood still while an operator had it retried", async () => {
    const named = await approved();
    const take = async (seconds: number) => {
      const { claimed } = await claimPayouts(harness.resources.finance, {
        now: inSeconds(seconds),
        leaseUntil: inSeconds(seconds + 30),
        limit: 10,
        findUnpayable: async () => new Map(),
      });
      const payout = claimed.find((row) => row.withdrawalId === named.withdrawalId);
      if (!payout) throw new Error("It was not taken.");
      return (at: number) =>
        permitPayoutOrder(harness.resources.finance, {
          payout,
          now: inSeconds(at),
          findUnpayable: async () => new Map(),
        });
    };
    const standsStill = await take(0);
    await retryPayout(operator(), { ...named, reason: "r" });
    const goesOn = await take(1);
    expect(await goesOn(2)).toEqual({ permit: "granted" });
    const id = await hold(named.anchorId);
    // An order is on its way: nobody may reject it now, which an approved one that is held can be.
    expect(await standsStill(3)).toMatchObject({ permit: "refused", reason: "held_restriction" });
    expect(await rowOf(named)).toMatchObject({ status: "paying" });
    await lift(id);
    await runUntil(named, "paid");
    expect(await ordersOf(named)).toBe(1);
  });

  it("is not ordered anew when the provider never heard of it, and paid once when the hold is lifted", async () => {
    const named = await approved();
    harness.network = "loses calls";
    await round();
    expect(await rowOf(named)).toMatchObject({ status: "paying", attempts: 1 });
    const id = await hold(named.anchorId);
    harness.network = "fine";
    await round(60);
    await retryPayout(operator(), { ...named, reason: "r" });
    await round(120);
    // The order from before could still arrive: it goes on being asked about.
    expect(await rowOf(named)).toMatchObject({ status: "paying", failureReason: "held_restriction" });
    await expect
      .poll(
        async () => {
          await round(3_600);
          return (await rowOf(named)).status;
        },
        { timeout: 40_000, interval: 100 },
      )
      .toBe("approved");
    await round(7_200);
    expect(await ordersOf(named)).toBe(0);
    await lift(id);
    await runUntil(named, "paid");
    expect(await ordersOf(named)).toBe(1);
  });

  it("is followed to its end when the provider has it", async () => {
    const named = await approved();
    harness.network = "loses answers";
    await round();
    expect(await ordersOf(named)).toBe(1);
    await hold(named.anchorId);
    harness.network = "fine";
    await runUntil(named, "paid");
    expect(await ordersOf(named)).toBe(1);
  });

  it("was ordered before a hold that was placed at the same time, or not at all", async () => {
    const all: Named[] = [];
    while (all.length < 12) all.push(await approved());
    const rounds = Promise.all([round(), round()]);
    const stoodApproved: Named[] = [];
    const ids = await Promise.all(
      all.map(async (named) => {
        const id = await hold(named.anchorId);
        if ((await rowOf(named)).status === "approved") stoodApproved.push(named);
        return id;
      }),
    );
    await rounds;
    await round(60);
    for (const named of stoodApproved) expect(await ordersOf(named)).toBe(0);
    await Promise.all(ids.map(lift));
    for (const named of all) {
      await runUntil(named, "paid");
      expect(harness.readLedger().get((await rowOf(named)).payoutId)?.times).toBe(1);
    }
  });
});

describe("placing a hold", () => {
  it("is one hold however often it is placed, also for somebody who has earned nothing yet", async () => {
    const anchorId = await harness.anchorWith(0);
    const input = { holdId: randomUUID(), anchorId, reason: "papers are missing" };
    const [first] = await Promise.all([1, 2, 3].map(() => holdPayouts(operator(), input)));
    expect(first?.items).toMatchObject([{ kind: "operator", reason: "papers are missing", until: null }]);
    expect(await refusalOf(holdPayouts(operator(), { ...input, anchorId: randomUUID() }))).toBe(
      "INVALID_INPUT",
    );
    expect(await refusalOf(ask(anchorId, 1_000))).toBe("PAYOUTS_HELD");
    const lifted = { holdId: input.holdId, reason: "papers are there" };
    expect(await liftHold(operator(), lifted)).toEqual({ items: [] });
    await liftHold(operator(), lifted);
    expect(await refusalOf(ask(anchorId, 1_000))).toBe("INSUFFICIENT_EARNINGS");
    const actions = await harness.resources.finance.sql`
      SELECT action, reason FROM operator_actions WHERE subject = ${`anchor:${anchorId}`} ORDER BY id`;
    expect(actions).toEqual([
      { action: "payouts.hold", reason: "papers are missing" },
      { action: "payouts.lift_hold", reason: "papers are there" },
    ]);
  });

  it("leaves the hold of a restriction to whoever lifts the restriction", async () => {
    const anchorId = await harness.anchorWith(0);
    const holdId = await hold(anchorId);
    expect(await refusalOf(liftHold(operator(), { holdId, reason: "please" }))).toBe("FORBIDDEN");
    expect(await refusalOf(liftHold(operator(), { holdId: randomUUID(), reason: "please" }))).toBe(
      "NOT_FOUND",
    );
    expect(await refusalOf(ask(anchorId, 1_000))).toBe("PAYOUTS_HELD");
  });

  it("waits for what holds the lock, so that no order is permitted after it", async () => {
    const named = await approved();
    let placed: Promise<string> | undefined;
    let isPlaced = false;
    const now = new Date();
    await claimPayouts(harness.resources.finance, {
      now,
      leaseUntil: inSeconds(30),
      limit: 10,
      async findUnpayable() {
        placed = hold(named.anchorId).then((id) => {
          isPlaced = true;
          return id;
        });
        // It has asked for the lock by the time that another waits for it.
        const waiting = () =>
          harness.resources.finance.sql`
            SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        await expect.poll(async () => (await waiting()).length).toBeGreaterThan(0);
        expect(isPlaced).toBe(false);
        return new Map();
      },
    });
    await placed;
    expect(await rowOf(named)).toMatchObject({ status: "paying" });
    // It counts as ordered from the moment in which it was taken: asked about, and not ordered while the hold stands.
    await round(60);
    expect(await ordersOf(named)).toBe(0);
    await expect
      .poll(
        async () => {
          await round(3_600);
          return (await rowOf(named)).status;
        },
        { timeout: 40_000, interval: 100 },
      )
      .toBe("approved");
    expect(await ordersOf(named)).toBe(0);
  });
});
