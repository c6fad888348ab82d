import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openFinanceDb } from "@/db/client";
import { readCursors, settle } from "@/db/finance/queries/settle";
import { readShareState } from "@/db/finance/queries/shares";
import { postGifts } from "@/db/live/ledger/post-gifts";
import { tamper } from "@/db/testing/tamper";
import { splitGift } from "@/domain/rules/money";
import type { BatchLines, SeqRange } from "@/domain/rules/settle-gifts";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
  userInBucket,
} from "@/server/testing/money-harness";
import { postAsSaid } from "@/server/testing/post-ahead";
import { checkInvariants } from "../audit/check-invariants";
import { getFinanceSummary } from "./get-summary";
import { listAnyLines } from "./list-lines";
import { readSettleable } from "./read-settleable";
import { recomputeLine } from "./recompute-line";
import { beginRun, settleNewGifts } from "./settle-gifts";
import { setShare } from "./shares";

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness();
});
afterAll(() => harness?.close());
let senders: string[];
beforeEach(async () => {
  senders = [0, 1, 2].map(userInBucket);
  for (const sender of senders) await openWallet(harness.resources, sender, 1_000_000);
});
// Whatever a test did, money is whole after it.
afterEach(async () => {
  const results = await checkInvariants(harness.resources);
  const broken = results.filter((result) => result.breaches.length > 0);
  if (broken.length > 0) throw new Error(JSON.stringify(broken));
});

const sql = () => harness.resources.live.sql;
const sender = (bucket: number) => senders[bucket] as string;
const send = (bucket: number, facts: Parameters<typeof giftEntry>[1] = {}) =>
  postGifts(sql(), [giftEntry(sender(bucket), facts)]);
/** The same, recorded with an instant that is still to come. */
const sendAhead = (bucket: number, facts: Parameters<typeof giftEntry>[1] & { sentAt: string }) =>
  postAsSaid(harness, giftEntry(sender(bucket), facts));
const settleOnce = (limit = 1_000) => settleNewGifts(harness.resources, limit);
async function settleAll(limit = 1_000): Promise<number> {
  let total = 0;
  for (let more = true; more; ) {
    const round = await settleOnce(limit);
    total += round.settledGifts;
    more = round.more;
  }
  return total;
}
const operator = () => callBy(harness.resources, randomUUID(), "operator");
/** Until it is that late by the finance database's clock. */
async function untilClock(atMs: number): Promise<void> {
  await harness.resources.finance.sql`
    SELECT pg_sleep_until(to_timestamp(${(atMs + 1) / 1_000}::float8))`;
}
/** Until so many wait for a lock in a database: they have arrived. */
async function waitForLocks(database: "live" | "finance", count: number): Promise<void> {
  for (;;) {
    const rows = await harness.resources[database].sql`
      SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
    if (rows.length >= count) return;
  }
}
const earnedOf = (anchorId: string) => getFinanceSummary(callBy(harness.resources, anchorId, "anchor"));

describe("settling", () => {
  it("pays each gift to its anchor once", async () => {
    await settleAll();
    const anchorId = randomUUID();
    for (let i = 0; i < 5; i++) await send(i % 3, { anchorId, priceCoins: 3 });
    expect(await settleAll()).toBe(5);
    expect(await settleAll()).toBe(0);
    expect(await earnedOf(anchorId)).toMatchObject({
      gifts: 5,
      coins: 15,
      earnedFen: 75,
      withdrawableFen: 75,
    });
  });

  it("takes no more of a bucket than told, and says that more waits", async () => {
    await settleAll();
    for (let i = 0; i < 5; i++) await send(0);
    expect(await settleOnce(2)).toEqual({ settledGifts: 2, more: true });
    expect(await settleOnce(2)).toEqual({ settledGifts: 2, more: true });
    expect(await settleOnce(2)).toEqual({ settledGifts: 1, more: false });
  });

  it("settles once between any number of settlers", async () => {
    await settleAll();
    const anchorId = randomUUID();
    for (let i = 0; i < 12; i++) await send(i % 3, { anchorId });
    const rounds = await Promise.all([1, 2, 3, 4].map(() => settleOnce()));
    expect(rounds.reduce((sum, round) => sum + round.settledGifts, 0)).toBe(12);
    expect(await earnedOf(anchorId)).toMatchObject({ gifts: 12, earnedFen: 60 });
  });

  it("settles once when it died after reading, and when it died after committing", async () => {
    await settleAll();
    const anchorId = randomUUID();
    for (let i = 0; i < 4; i++) await send(0, { anchorId });
    const { live, finance } = harness.resources;
    const fromSeq = ((await readCursors(finance)).get(0) ?? 0) + 1;
    const shares = await readShareState(finance);
    const read = await readSettleable(live, new Map([[0, { fromSeq, toSeq: fromSeq + 3 }]]), shares);
    const lines = read.lines as BatchLines;
    expect(lines).toMatchObject({
      lines: 1,
      gifts: 4,
      columns: { anchorIds: `{${anchorId}}`, gifts: "{4}" },
    });
    // Read, and died: the next round begins at the same place. What the dead one had read comes too late.
    expect(await settleAll()).toBe(4);
    const { version: sharesVersion, rewindId } = shares;
    const late = { lines, ranges: read.ranges, sharesVersion, rewindId, run: beginRun("late") };
    expect(await settle(finance, late)).toEqual({ outcome: "moved-on" });
    expect(await earnedOf(anchorId)).toMatchObject({ gifts: 4 });
  });

  it("makes one line of an anchor's gifts in all buckets, which says where each of them stands", async () => {
    await settleAll();
    const [anchorId, other] = [randomUUID(), randomUUID()];
    const sent: { bucket: number; seq: number }[] = [];
    for (const bucket of [2, 0, 1, 0, 2]) {
      await send(bucket, { anchorId: other });
      await send(bucket, { anchorId, priceCoins: 2 });
      const [row] = await sql()<{ last_seq: string }[]>`
        SELECT last_seq FROM gift_buckets WHERE bucket = ${bucket}`;
      sent.push({ bucket, seq: Number(row?.last_seq) });
    }
    sent.sort((a, b) => a.bucket - b.bucket || a.seq - b.seq);
    expect(await settleAll()).toBe(10);
    const { items } = await listAnyLines(operator(), { anchorId, limit: 10 });
    expect(items).toMatchObject([{ gifts: 5, coins: 10, grossFen: 100, anchorFen: 50, platformFen: 50 }]);
    // Page by page, over the borders of buckets.
    const lineId = items[0]?.lineId ?? "";
    const seen: { bucket: number; seq: number }[] = [];
    let cursor: string | undefined;
    do {
      const page = await recomputeLine(operator(), { lineId, limit: 2, cursor });
      expect(page).toMatchObject({ isEqual: true, recomputed: { gifts: 5 } });
      expect(page.ranges.map((range) => range.bucket)).toEqual([0, 1, 2]);
      for (const { bucket, seq } of page.gifts) seen.push({ bucket, seq });
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(sent);
  });

  it("settles nothing of a batch of which somebody else has settled a part, and the rest next time", async () => {
    await settleAll();
    const anchorId = randomUUID();
    for (const bucket of [0, 1, 1]) await send(bucket, { anchorId });
    const { live, finance } = harness.resources;
    const cursors = await readCursors(finance);
    const next = (bucket: number, gifts: number) => {
      const fromSeq = (cursors.get(bucket) ?? 0) + 1;
      return [bucket, { fromSeq, toSeq: fromSeq + gifts - 1 }] as const;
    };
    const shares = await readShareState(finance);
    const settleRanges = async (ranges: Map<number, SeqRange>) => {
      const read = await readSettleable(live, ranges, shares);
      const lines = read.lines as BatchLines;
      const { version: sharesVersion, rewindId } = shares;
      return await settle(finance, { lines, ranges, sharesVersion, rewindId, run: beginRun("other") });
    };
    expect(await settleRanges(new Map([next(1, 1)]))).toMatchObject({ outcome: "settled" });
    expect(await settleRanges(new Map([next(0, 1), next(1, 2)]))).toEqual({ outcome: "moved-on" });
    expect(await earnedOf(anchorId)).toMatchObject({ gifts: 1 });
    expect(await settleAll()).toBe(2);
    expect(await earnedOf(anchorId)).toMatchObject({ gifts: 3 });
  });

  it("says that more waits where somebody else was quicker", async () => {
    await settleAll();
    await send(0);
    await send(1);
    // Both have read the same batch and wait for its cursors; only one of them can write it.
    const rounds = await harness.resources.finance.sql.begin(async (tx) => {
      await tx`SELECT 1 FROM settlement_cursors FOR UPDATE`;
      const both = [settleOnce(), settleOnce()];
      await waitForLocks("finance", 2);
      return { both };
    });
    expect(await Promise.all(rounds.both)).toEqual(
      expect.arrayContaining([
        { settledGifts: 2, more: false },
        { settledGifts: 0, more: true },
      ]),
    );
    expect(await settleOnce()).toEqual({ settledGifts: 0, more: false });
  });

  it("leaves nothing half done when its transaction is cut off", async () => {
    await settleAll();
    const anchorId = randomUUID();
    await send(0, { anchorId });
    await tamper(
      harness.financeOwnerUrl,
      `CREATE FUNCTION cut_off() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'cut off'; END $$ LANGUAGE plpgsql;
      CREATE TRIGGER cut_off BEFORE UPDATE ON settlement_cursors FOR EACH ROW EXECUTE FUNCTION cut_off();`,
    );
    await expect(settleOnce()).rejects.toThrow("cut off");
    await tamper(
      harness.financeOwnerUrl,
      "DROP TRIGGER cut_off ON settlement_cursors; DROP FUNCTION cut_off;",
    );
    expect(await earnedOf(anchorId)).toMatchObject({ gifts: 0 });
    expect(await settleAll()).toBe(1);
    expect(await earnedOf(anchorId)).toMatchObject({ gifts: 1, earnedFen: 5 });
  });

  it("catches up by itself when the finance database was away, and gifts went on meanwhile", async () => {
    await settleAll();
    const anchorId = randomUUID();
    const pool = { poolMax: 1, applicationName: "downpour-test" };
    const away = openFinanceDb(harness.financeUrl.replace(/:(\d+)\//, ":1/"), pool);
    for (let i = 0; i < 3; i++) {
      await send(0, { anchorId });
      await expect(settleNewGifts({ ...harness.resources, finance: away }, 1_000)).rejects.toThrow(
        /ECONNREFUSED/,
      );
    }
    await away.close();
    expect(await settleAll()).toBe(3);
    expect(await earnedOf(anchorId)).toMatchObject({ gifts: 3 });
  });
});

describe("gifts that commit late", () => {
  it("are never skipped, whatever commits around them", async () => {
    await settleAll();
    const anchorId = randomUUID();
    let commit = () => {};
    const mayCommit = new Promise<void>((resolve) => {
      commit = resolve;
    });
    let held = () => {};
    const isHeld = new Promise<void>((resolve) => {
      held = resolve;
    });
    // A poster that has its bucket and its numbers and is slow to commit.
    const slow = sql().begin(async (tx) => {
      const inside = Object.assign((...args: Parameters<typeof tx>) => tx(...args), {
        begin: (work: (tx2: typeof tx) => Promise<unknown>) => work(tx),
      });
      await postGifts(inside as never, [
        giftEntry(sender(0), { anchorId }),
        giftEntry(sender(0), { anchorId }),
      ]);
      held();
      await mayCommit;
    });
    await isHeld;
    // Another bucket goes on; another poster to the same bucket waits for the first.
    await send(1, { anchorId });
    let waited = true;
    const second = send(0, { anchorId }).then(() => {
      waited = false;
    });
    await waitForLocks("live", 1);
    expect(await settleAll()).toBe(1);
    expect(waited).toBe(true);
    commit();
    await Promise.all([slow, second]);
    expect(await settleAll()).toBe(3);
    expect(await earnedOf(anchorId)).toMatchObject({ gifts: 4 });
  });

  it("keep their numbers gapless when a poster gives up", async () => {
    await settleAll();
    await expect(
      sql().begin(async (tx) => {
        await tx`UPDATE gift_buckets SET last_seq = last_seq + 1 WHERE bucket = 0`;
        throw new Error("given up");
      }),
    ).rejects.toThrow("given up");
    await send(0);
    expect(await settleAll()).toBe(1);
  });
});

describe("a change of the share", () => {
  it("touches exactly the gifts sent from its instant on, to the fen, at any batch size, however late", async () => {
    await settleAll();
    const totals = new Map<number, number>();
    for (const limit of [1, 2, 3, 7, 1_000]) {
      const anchorId = randomUUID();
      const changeAtMs = Date.now() + 500;
      await setShare(operator(), {
        anchorId,
        shareBps: 3_333,
        effectiveAt: new Date(changeAtMs).toISOString(),
      });
      let expectedFen = 0;
      for (const [i, offset] of [-2, -1, 0, 1, -1, 2, 0, -3].entries()) {
        const priceCoins = 7 + i;
        await sendAhead(i % 3, { anchorId, priceCoins, sentAt: new Date(changeAtMs + offset).toISOString() });
        expectedFen += splitGift(priceCoins, offset < 0 ? 5_000 : 3_333).anchorFen;
      }
      await untilClock(changeAtMs + 3);
      expect(await settleAll(limit)).toBe(8);
      const summary = await earnedOf(anchorId);
      expect(summary).toMatchObject({ gifts: 8, earnedFen: expectedFen });
      totals.set(limit, summary.earnedFen);
    }
    expect(new Set(totals.values()).size).toBe(1);
  });

  it("finds gifts of a web process whose clock goes ahead still waiting, and nothing after them settled", async () => {
    await settleAll();
    const anchorId = randomUUID();
    const aheadAtMs = Date.now() + 1_500;
    await send(0, { anchorId, priceCoins: 10 });
    await sendAhead(0, { anchorId, priceCoins: 10, sentAt: new Date(aheadAtMs).toISOString() });
    await send(0, { anchorId, priceCoins: 10 });
    await send(1, { anchorId, priceCoins: 10 });
    expect(await settleOnce()).toEqual({ settledGifts: 2, more: false });
    // Had the gift been settled when it came, this change would come too late for it.
    await setShare(operator(), { anchorId, shareBps: 1_000, effectiveAt: new Date(aheadAtMs).toISOString() });
    await untilClock(aheadAtMs);
    expect(await settleAll()).toBe(2);
    expect(await earnedOf(anchorId)).toMatchObject({ gifts: 4, earnedFen: 50 + 10 + 50 + 50 });
  });

  it("that comes while lines are computed makes them be computed anew", async () => {
    await settleAll();
    const anchorId = randomUUID();
    const { live, finance } = harness.resources;
    const before = await readShareState(finance);
    const changeAtMs = Date.now() + 500;
    await setShare(operator(), { anchorId, shareBps: 100, effectiveAt: new Date(changeAtMs).toISOString() });
    await sendAhead(0, { anchorId, priceCoins: 100, sentAt: new Date(changeAtMs).toISOString() });
    await untilClock(changeAtMs);
    const fromSeq = ((await readCursors(finance)).get(0) ?? 0) + 1;
    const stale = { ...before, clockMs: changeAtMs };
    const read = await readSettleable(live, new Map([[0, { fromSeq, toSeq: fromSeq }]]), stale);
    const lines = read.lines as BatchLines;
    expect(lines).toMatchObject({ anchorFen: 500 });
    const { version: sharesVersion, rewindId } = before;
    const input = { lines, ranges: read.ranges, sharesVersion, rewindId, run: beginRun("stale") };
    expect(await settle(finance, input)).toEqual({ outcome: "shares-changed" });
    expect(await settleAll()).toBe(1);
    expect(await earnedOf(anchorId)).toMatchObject({ earnedFen: 10 });
  });

  it("raises an alarm for a gift from far in the future, which waits", async () => {
    await settleAll();
    const anchorId = randomUUID();
    await sendAhead(2, { anchorId, sentAt: new Date(Date.now() + 3_600_000).toISOString() });
    const alarms: object[] = [];
    const log = Object.assign(Object.create(harness.resources.log), {
      error: (facts: object) => alarms.push(facts),
    });
    expect(await settleNewGifts({ ...harness.resources, log }, 1_000)).toEqual({
      settledGifts: 0,
      more: false,
    });
    expect(alarms).toMatchObject([{ bucket: 2, aheadMs: expect.any(Number) }]);
    // Put right by hand, as the manual says.
    await tamper(
      harness.liveOwnerUrl,
      `UPDATE gift_records SET sent_at = created_at WHERE anchor_id = '${anchorId}'`,
    );
    expect(await settleAll()).toBe(1);
  });

  it("cannot start in the past", async () => {
    const share = {
      anchorId: randomUUID(),
      shareBps: 1,
      effectiveAt: new Date(Date.now() - 1_000).toISOString(),
    };
    await expect(setShare(operator(), share)).rejects.toMatchObject({ bizName: "SHARE_IN_PAST" });
  });
});

describe("a missing number", () => {
  it.each([
    ["between others", 1],
    ["at the end", 2],
  ])("%s is an alarm, and nothing after it is settled", async (_, offset) => {
    await settleAll();
    const anchorId = randomUUID();
    const [bucket] = await sql()<{ last_seq: string }[]>`SELECT last_seq FROM gift_buckets WHERE bucket = 0`;
    const missing = Number(bucket?.last_seq) + 1 + offset;
    for (let i = 0; i < 3; i++) await send(0, { anchorId });
    await send(1, { anchorId });
    const live = (statement: string) => tamper(harness.liveOwnerUrl, statement);
    await live(`UPDATE gift_records SET seq = seq + 1000000 WHERE bucket = 0 AND seq = ${missing}`);
    if (offset === 2)
      await live(`UPDATE gift_records SET bucket = 63 WHERE bucket = 0 AND seq = ${missing + 1_000_000}`);
    const alarms: object[] = [];
    const log = Object.assign(Object.create(harness.resources.log), {
      error: (facts: object) => alarms.push(facts),
    });
    const round = await settleNewGifts({ ...harness.resources, log }, 1_000);
    expect(round.settledGifts).toBe(offset + 1);
    expect(alarms).toMatchObject([{ bucket: 0, expectedSeq: missing }]);
    // Found again: it goes on from there.
    await live(`UPDATE gift_records SET bucket = 0, seq = ${missing} WHERE seq = ${missing + 1_000_000}`);
    expect(await settleAll()).toBe(3 - offset);
    expect(await earnedOf(anchorId)).toMatchObject({ gifts: 4 });
  });
});
