import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { postGifts, type QueuedGift } from "@/db/live/ledger/post-gifts";
import { tamper } from "@/db/testing/tamper";
import { SHARE_BPS_DEFAULT, splitGift } from "@/domain/rules/money";
import { buildShareTable, type ShareRow, shareInForce } from "@/domain/rules/share";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
  userInBucket,
} from "@/server/testing/money-harness";
import { checkInvariants } from "../audit/check-invariants";
import { refundGift } from "../refund/refund-gift";
import { getFinanceSummary } from "./get-summary";
import { listAnyLines } from "./list-lines";
import { listRuns } from "./list-settlement-runs";
import { recomputeLine } from "./recompute-line";
import { settleAndTakeBack, startStretch } from "./settlement-stretch";
import { setShare } from "./shares";

let harness: MoneyHarness;
let senders: string[];
beforeAll(async () => {
  harness = await startMoneyHarness(12);
  senders = [0, 1, 2, 3].map(userInBucket);
  for (const sender of senders) await openWallet(harness.resources, sender, 1_000_000_000);
});
afterAll(() => harness?.close());

const operator = () => callBy(harness.resources, randomUUID(), "operator");

type Step =
  | { kind: "gift"; sender: number; anchor: number; coins: number; skewMs: number }
  | { kind: "share"; anchor: number | null; bps: number; inMs: number }
  | { kind: "settle"; limit: number }
  | { kind: "refund"; which: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("gift" as const),
      sender: fc.nat({ max: 3 }),
      anchor: fc.nat({ max: 2 }),
      coins: fc.integer({ min: 1, max: 999 }),
      // Clocks of web processes that are behind and ahead of the finance database's.
      skewMs: fc.integer({ min: -60, max: 120 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("share" as const),
      anchor: fc.option(fc.nat({ max: 2 })),
      bps: fc.integer({ min: 0, max: 10_000 }),
      inMs: fc.integer({ min: 1, max: 80 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("settle" as const), limit: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("refund" as const), which: fc.nat() }) },
);

/** What the run did, to be compared with what the databases say. */
interface World {
  anchors: string[];
  gifts: QueuedGift[];
  refunded: Set<string>;
  shares: ShareRow[];
}

async function take(world: World, action: Step, stretch: ReturnType<typeof startStretch>): Promise<void> {
  const { resources } = harness;
  switch (action.kind) {
    case "gift": {
      const gift = giftEntry(senders[action.sender] as string, {
        anchorId: world.anchors[action.anchor],
        priceCoins: action.coins,
        sentAt: new Date(Date.now() + action.skewMs).toISOString(),
      });
      await postGifts(resources.live.sql, [gift]);
      // What came from the future was sent when it came.
      const [row] = await resources.live.sql<{ sent_at: Date }[]>`
        SELECT sent_at FROM gift_records WHERE gift_order_id = ${gift.giftOrderId}`;
      world.gifts.push({ ...gift, sentAt: row?.sent_at.toISOString() ?? "" });
      return;
    }
    case "share": {
      const anchorId = action.anchor === null ? null : (world.anchors[action.anchor] as string);
      const effectiveAtMs = Date.now() + action.inMs;
      const effectiveAt = new Date(effectiveAtMs).toISOString();
      // Too late, or two at one instant: then it was refused and does not hold.
      const share = setShare(operator(), { anchorId, shareBps: action.bps, effectiveAt });
      await share.then(
        () => world.shares.push({ anchorId, shareBps: action.bps, effectiveAtMs }),
        (error: { bizName?: string }) => expect(error.bizName).toMatch(/^SHARE_IN_PAST|INVALID_INPUT$/),
      );
      return;
    }
    case "settle":
      await settleAndTakeBack(resources, stretch, action.limit);
      return;
    case "refund": {
      const gift = world.gifts[action.which % Math.max(1, world.gifts.length)];
      if (!gift || world.refunded.has(gift.giftOrderId)) return;
      world.refunded.add(gift.giftOrderId);
      const { senderId, giftOrderId } = gift;
      await refundGift(operator(), { senderId, giftOrderId, refundId: randomUUID(), reason: "test" });
    }
  }
}

function expectedOf(world: World, shares: ShareRow[], anchorId: string) {
  const table = buildShareTable(shares);
  const sum = { gifts: 0, coins: 0, earnedFen: 0, reversedFen: 0 };
  for (const gift of world.gifts) {
    if (gift.anchorId !== anchorId) continue;
    const bps = shareInForce(table, anchorId, Date.parse(gift.sentAt), SHARE_BPS_DEFAULT);
    const { anchorFen } = splitGift(gift.priceCoins, bps);
    sum.gifts += 1;
    sum.coins += gift.priceCoins;
    if (world.refunded.has(gift.giftOrderId)) sum.reversedFen += anchorFen;
    else sum.earnedFen += anchorFen;
  }
  return sum;
}

it("comes to the same, to the fen, however gifts, share changes, refunds and settlement interleave", async () => {
  const platformShares: ShareRow[] = [];
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 10, maxLength: 60 }),
      fc.nat({ max: 4 }),
      async (steps, side) => {
        const world: World = {
          anchors: [0, 1, 2].map(() => randomUUID()),
          gifts: [],
          refunded: new Set(),
          shares: [],
        };
        const stretch = startStretch("test");
        // Some steps run beside the next ones, as they do between processes.
        const beside: Promise<void>[] = [];
        for (const [i, action] of steps.entries()) {
          const done = take(world, action, stretch);
          if (side > 0 && i % (side + 1) === 0 && action.kind !== "refund") beside.push(done);
          else await done;
        }
        await Promise.all(beside);
        await harness.resources.finance.sql`SELECT pg_sleep(0.13)`;
        while (await settleAndTakeBack(harness.resources, startStretch("test"), 1_000));
        platformShares.push(...world.shares.filter((share) => share.anchorId === null));
        const shares = [...platformShares, ...world.shares.filter((share) => share.anchorId !== null)];
        for (const anchorId of world.anchors) {
          const summary = await getFinanceSummary(callBy(harness.resources, anchorId, "anchor"));
          expect(summary).toMatchObject(expectedOf(world, shares, anchorId));
        }
      },
    ),
    { numRuns: 25, endOnFailure: true },
  );
  const broken = (await checkInvariants(harness.resources)).filter((result) => result.breaches.length > 0);
  expect(broken).toEqual([]);

  // Each line comes to the same again from its gifts, and the runs to the lines.
  const { items } = await listAnyLines(operator(), { limit: 100 });
  for (const line of items) {
    const again = await recomputeLine(operator(), { lineId: line.lineId, limit: 500 });
    expect(again).toMatchObject({ isEqual: true, nextCursor: null });
    expect(again.gifts).toHaveLength(line.gifts);
    expect(again.gifts.reduce((sum, gift) => sum + gift.anchorFen, 0)).toBe(line.anchorFen);
  }
  const [sums] = await harness.resources.finance.sql`
    SELECT (SELECT sum(gifts) FROM settlement_runs) = (SELECT sum(gifts) FROM settlement_lines) AS gifts,
      (SELECT sum(anchor_fen) FROM settlement_runs) = (SELECT sum(anchor_fen) FROM settlement_lines) AS fen,
      (SELECT sum(lines) FROM settlement_runs) = (SELECT count(*) FROM settlement_lines) AS lines`;
  expect(sums).toEqual({ gifts: true, fen: true, lines: true });
  const runs = await listRuns(operator(), { limit: 5 });
  expect(runs.items).toHaveLength(5);
  expect((await listRuns(operator(), { limit: 5, cursor: runs.nextCursor ?? "" })).items[0]?.runId).not.toBe(
    runs.items[4]?.runId,
  );
});

it("shows a line that does not come from its gifts", async () => {
  const { items } = await listAnyLines(operator(), { limit: 1 });
  const lineId = items[0]?.lineId ?? "";
  const move = (fen: number) =>
    tamper(
      harness.financeOwnerUrl,
      `UPDATE settlement_lines SET anchor_fen = anchor_fen + ${fen}, platform_fen = platform_fen - ${fen}
      WHERE id = ${lineId}`,
    );
  await move(1);
  const wrong = await recomputeLine(operator(), { lineId, limit: 1 });
  expect(wrong).toMatchObject({ isEqual: false });
  expect(wrong.line.anchorFen).toBe(wrong.recomputed.anchorFen + 1);
  await move(-1);
  await expect(recomputeLine(operator(), { lineId: "999999999", limit: 1 })).rejects.toMatchObject({
    bizName: "NOT_FOUND",
  });
});
