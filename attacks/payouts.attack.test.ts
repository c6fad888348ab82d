import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policyDefaults } from "@/domain/contracts/policies";
import type { Withdrawal, WithdrawalPolicy } from "@/domain/contracts/withdrawal";
import { cardNumber } from "@/server/testing/card-number";
import { newPerson, newPersonAs, type Person, withFinance, withLive } from "./lib/attacker";

/** 100,000 coins each: one for large gifts and one for small ones. */
const VIEWER_PHONES = ["+8613800000019", "+8613800000020"] as const;
const LARGE_CARS = 82;
/** A gift of the demo catalogue that costs 500 coins, of which the anchor gets 2,500 fen. */
const CAR = { giftId: "car", anchorFen: 2_500 };
const JUST_BELOW_FEN = 99_900;

const PRODUCTION = policyDefaults("withdrawal", "production");
const DEMO = policyDefaults("withdrawal", "demo");
let viewers: [large: Person, small: Person];

beforeAll(async () => {
  const [large, small] = VIEWER_PHONES;
  viewers = [await newPerson(large), await newPerson(small)];
});
afterAll(() => setPolicy(DEMO));

/** As a row of the policy stands: who may change it is not what is attacked here. */
const setPolicy = (policy: WithdrawalPolicy) =>
  withFinance(
    (finance) => finance.sql`
      INSERT INTO policies (key, value) VALUES ('withdrawal', ${JSON.stringify(policy)}::text::jsonb)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
  );

/** A new anchor who was just given this many cars, all of them settled. */
async function newEarner(cars: number): Promise<Person> {
  const anchor = await newPersonAs("anchor");
  const opened = await anchor.client.mutate<{ roomId: string }>("room.open", {
    title: "quick money",
    category: "talk",
    tags: [],
  });
  expect(opened.error).toBeUndefined();
  const { roomId } = opened.data;
  const order = { giftOrderId: randomUUID(), roomId, giftId: CAR.giftId, count: cars, anonymous: false };
  const giver = viewers[cars === LARGE_CARS ? 0 : 1];
  expect((await giver.client.mutate("gift.send", order)).error).toBeUndefined();
  await expect.poll(async () => (await summaryOf(anchor)).earnedFen).toBe(cars * CAR.anchorFen);
  return anchor;
}

interface Summary {
  earnedFen: number;
  withdrawableFen: number;
  maturingFen: number;
  frozenFen: number;
}
const summaryOf = async ({ client }: Person) => (await client.query<Summary>("finance.summary")).data;
const newAccount = () => ({ kind: "bank", name: "Mule", number: cardNumber() });
const withdraw = ({ client }: Person, amountFen: number, facts: object = {}) =>
  client.mutate<Withdrawal>("finance.withdraw", {
    withdrawalId: randomUUID(),
    amountFen,
    payoutAccount: newAccount(),
    ...facts,
  });
async function statusOf({ client }: Person, withdrawalId: string) {
  const { data } = await client.query<{ items: Withdrawal[] }>("finance.withdrawals", {});
  return data.items.find((item) => item.withdrawalId === withdrawalId)?.status;
}
/** Somebody else is paid: whatever could have been paid before has been by then. */
async function untilOthersArePaid(): Promise<void> {
  const other = await newEarner(1);
  const { data } = await withdraw(other, 1_000);
  expect(data.status).toBe("approved");
  await expect.poll(() => statusOf(other, data.withdrawalId), { timeout: 60_000 }).toBe("paid");
}

describe("money that was earned a moment ago", () => {
  it("does not leave by two withdrawals just below the threshold, with the rules of production", async () => {
    await setPolicy(PRODUCTION);
    const thief = await newEarner(LARGE_CARS);
    expect(await summaryOf(thief)).toMatchObject({ withdrawableFen: 0, maturingFen: 205_000, frozenFen: 0 });
    for (const answer of [await withdraw(thief, JUST_BELOW_FEN), await withdraw(thief, 100)])
      expect(answer.error).toMatchObject({ name: "INSUFFICIENT_EARNINGS" });

    // Old enough it does not leave by itself either.
    await setPolicy({ ...PRODUCTION, holdingHours: 0, accountCodeRequired: false });
    const both = [await withdraw(thief, JUST_BELOW_FEN), await withdraw(thief, JUST_BELOW_FEN)];
    expect(both.map(({ data }) => data.status)).toEqual(["requested", "requested"]);
    // Nor in pieces, however many come at once.
    const pieces = await Promise.all(Array.from({ length: 10 }, () => withdraw(thief, 500)));
    expect(pieces.map(({ data }) => data.status)).toEqual(Array.from(pieces, () => "requested"));
    await untilOthersArePaid();
    for (const { data } of [...both, ...pieces])
      expect(await statusOf(thief, data.withdrawalId)).toBe("requested");
  });

  it("leaves once and waits the second time, with those of a demonstration", async () => {
    await setPolicy(DEMO);
    const thief = await newEarner(LARGE_CARS);
    const both = await Promise.all([withdraw(thief, JUST_BELOW_FEN), withdraw(thief, JUST_BELOW_FEN)]);
    expect(both.map(({ data }) => data.status).toSorted()).toEqual(["approved", "requested"]);
  });
});

describe("a stolen session of an anchor", () => {
  it("cannot have a new account paid without what only the anchor's phone gets", async () => {
    await setPolicy({ ...PRODUCTION, holdingHours: 0 });
    const [anchor, other] = [await newEarner(4), await newEarner(4)];
    const payoutAccount = newAccount();
    const refused = await withdraw(anchor, 1_000, { payoutAccount });
    expect(refused.error).toMatchObject({ name: "ACCOUNT_CODE_NEEDED" });
    const sent = await anchor.client.mutate("finance.sendAccountCode", { payoutAccount });
    expect(sent.data).toMatchObject({ isNeeded: true });
    expect(JSON.stringify(sent.data)).not.toContain(anchor.phone);
    const inbox = await anchor.client.fetch(`/api/dev/inbox?phone=${encodeURIComponent(anchor.phone)}`);
    const { code: accountCode } = (await inbox.json()) as { code: string };

    const wrong = accountCode === "123456" ? "654321" : "123456";
    for (const [who, facts] of [
      [anchor, { payoutAccount, accountCode: wrong }],
      [anchor, { accountCode }],
      [other, { payoutAccount, accountCode }],
    ] as const)
      expect((await withdraw(who, 1_000, facts)).error).toMatchObject({ name: "ACCOUNT_CODE_WRONG" });
    expect((await anchor.client.mutate("finance.sendAccountCode", { payoutAccount })).error).toMatchObject({
      name: "RATE_LIMITED",
    });
    const guesses = await Promise.all(
      Array.from({ length: 6 }, () => withdraw(anchor, 1_000, { payoutAccount, accountCode: wrong })),
    );
    expect(guesses.every(({ error }) => error?.name === "ACCOUNT_CODE_WRONG")).toBe(true);
    // Guessed to death: the right one is of no use any more.
    expect((await withdraw(anchor, 1_000, { payoutAccount, accountCode })).error).toMatchObject({
      name: "ACCOUNT_CODE_WRONG",
    });
    expect((await summaryOf(anchor)).frozenFen).toBe(0);
  });
});

describe("a hold", () => {
  const hold = async (operator: Person, anchorId: string) => {
    const holdId = randomUUID();
    const answer = await operator.client.mutate("finance.holdPayouts", {
      holdId,
      anchorId,
      reason: "attack",
    });
    expect(answer.error).toBeUndefined();
    return holdId;
  };
  const lift = async (operator: Person, holdId: string) =>
    expect(
      (await operator.client.mutate("finance.liftPayoutHold", { holdId, reason: "looked at" })).error,
    ).toBeUndefined();

  it("keeps what is approved from being paid, refuses everything new, and when lifted lets it be paid once", async () => {
    await setPolicy(DEMO);
    const operator = await newPersonAs("operator");
    let caught: { anchor: Person; withdrawalId: string; holdId: string } | undefined;
    // One that is approved when the hold is there: the scheduler comes by every two seconds.
    for (let tries = 0; !caught && tries < 5; tries++) {
      const anchor = await newEarner(4);
      const { withdrawalId } = (await withdraw(anchor, 5_000)).data;
      const holdId = await hold(operator, anchor.userId);
      if ((await statusOf(anchor, withdrawalId)) === "approved") caught = { anchor, withdrawalId, holdId };
    }
    if (!caught) throw new Error("Everything was paid before it could be held.");
    const { anchor, withdrawalId, holdId } = caught;
    const refused = await withdraw(anchor, 1_000);
    expect(refused.error).toMatchObject({ name: "PAYOUTS_HELD", details: { kind: "operator" } });
    await untilOthersArePaid();
    expect(await statusOf(anchor, withdrawalId)).toBe("approved");
    expect(await summaryOf(anchor)).toMatchObject({ frozenFen: 5_000 });
    await lift(operator, holdId);
    await expect.poll(() => statusOf(anchor, withdrawalId), { timeout: 60_000 }).toBe("paid");
    const [events] = await withFinance(
      (finance) => finance.sql<{ paid: number }[]>`
        SELECT count(*)::int AS paid FROM withdrawal_events WHERE withdrawal_id = ${withdrawalId} AND to_status = 'paid'`,
    );
    expect(events?.paid).toBe(1);
  });

  it("is not needed for somebody who was banned or demoted this second", async () => {
    await setPolicy(DEMO);
    const [banned, demoted] = [await newEarner(4), await newEarner(4)];
    await withLive(async (live) => {
      await live.sql`UPDATE users SET banned = true WHERE id = ${banned.userId}`;
      await live.sql`UPDATE users SET role = 'viewer' WHERE id = ${demoted.userId}`;
    });
    // Their sessions do not know yet.
    for (const { error } of [await withdraw(banned, 5_000), await withdraw(demoted, 5_000)])
      expect(error).toMatchObject({ name: "FORBIDDEN" });
  });

  it("stands when a ban is answered: of what was asked for in that second, nothing leaves from then on", async () => {
    await setPolicy(DEMO);
    const [operator, anchor] = [await newPersonAs("operator"), await newEarner(8)];
    const ban = operator.client.mutate("people.ban", { userId: anchor.userId, reason: "attack" });
    const answeredAt = ban.then(({ error }) => {
      expect(error).toBeUndefined();
      return new Date();
    });
    await Promise.all([answeredAt, ...Array.from({ length: 6 }, () => withdraw(anchor, 1_000))]);
    await untilOthersArePaid();
    const late = await withFinance(
      async (finance) => finance.sql`
        SELECT to_status FROM withdrawal_events
        WHERE anchor_id = ${anchor.userId} AND to_status = 'paying' AND created_at > ${(await answeredAt).toISOString()}`,
    );
    expect(late).toHaveLength(0);
    expect((await withdraw(anchor, 1_000)).error?.name).toBe("UNAUTHENTICATED");
  });

  it("can be placed and lifted by operators only", async () => {
    const anchor = await newPersonAs("anchor");
    const input = { holdId: randomUUID(), anchorId: anchor.userId, reason: "mine now" };
    for (const { client } of [anchor, viewers[0]]) {
      expect((await client.mutate("finance.holdPayouts", input)).error?.name).toBe("FORBIDDEN");
      expect((await client.mutate("finance.liftPayoutHold", input)).error?.name).toBe("FORBIDDEN");
    }
    expect(
      (await viewers[0].client.mutate("finance.sendAccountCode", { payoutAccount: newAccount() })).error
        ?.name,
    ).toBe("FORBIDDEN");
  });
});
