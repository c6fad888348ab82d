import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sql } from "@/db/client";
import { postGifts } from "@/db/live/ledger/post-gifts";
import { selectByTrace } from "@/db/live/queries/trace-facts";
import { tamper } from "@/db/testing/tamper";
import { inTransaction } from "@/db/transaction";
import type { Trace } from "@/domain/contracts/traces";
import { newTraceId } from "@/platform/observability/trace";
import { streamKey } from "@/platform/redis/keys";
import { appendRoomEvents } from "@/push/publisher/room-log";
import { writeGiftEntry } from "@/server/queue/write-gift-entry";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
} from "@/server/testing/money-harness";
import { refundGift } from "../refund/refund-gift";
import { findTraces } from "./find-traces";
import { getTrace } from "./get-trace";

const MANY = 60_000;

let harness: MoneyHarness;
const operator = () => callBy(harness.resources, randomUUID(), "operator");
const names = ({ spans }: Trace) => spans.map(({ name }) => name);
const traceOf = (traceId: string) => getTrace(operator(), { traceId });

beforeAll(async () => {
  harness = await startMoneyHarness();
  // Far more gifts, failures and claims than pages of one stretch of their indexes.
  const id = (of: string, kind: number) =>
    `(lpad(to_hex(${of}), 8, '0') || '-0000-4000-8000-00000000000${kind}')::uuid`;
  await tamper(
    harness.liveOwnerUrl,
    `INSERT INTO gift_records (bucket, seq, gift_order_id, sender_id, anchor_id, room_id, session_id, gift_id, count,
       price_coins, total_coins, anonymous, trace_id, sent_at, created_at)
     SELECT 63, n, ${id("n", 1)}, ${id("n", 2)}, ${id("1", 3)}, ${id("1", 4)}, ${id("1", 5)}, 'rose', 1, 1, 1, false,
       md5(n::text), now(), now() FROM generate_series(1, ${MANY}) AS n;
     UPDATE gift_buckets SET last_seq = ${MANY} WHERE bucket = 63;
     INSERT INTO gift_failures (sender_id, gift_order_id, anchor_id, room_id, gift_id, count, price_coins, total_coins, reason,
       trace_id, sent_at, created_at)
     SELECT ${id("n", 2)}, ${id("n", 6)}, ${id("1", 3)}, ${id("1", 4)}, 'rose', 1, 1, 1, 'INSUFFICIENT_COINS',
       md5('f' || n), now(), now() FROM generate_series(1, ${MANY}) AS n`,
  );
  await tamper(
    harness.liveOwnerUrl,
    `SELECT brin_summarize_new_values('gift_records_trace'), brin_summarize_new_values('gift_failures_trace');
     ANALYZE gift_records, gift_failures`,
  );
}, 120_000);
afterAll(() => harness?.close());

interface Node {
  "Node Type": string;
  "Relation Name"?: string;
  Plans?: Node[];
}

/** How each table is read. */
async function readsOf(sql: Sql, query: ReturnType<(typeof selectByTrace)["gifts"]>): Promise<string[]> {
  const [row] = await sql<{ "QUERY PLAN": { Plan: Node }[] }[]>`EXPLAIN (FORMAT JSON) ${query}`;
  const flatten = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flatten)];
  return row ? flatten(row["QUERY PLAN"][0]?.Plan as Node).map((node) => node["Node Type"]) : [];
}

describe("a trace", () => {
  it.each(Object.entries(selectByTrace))(
    "is looked for among %s without reading them all",
    async (_, select) => {
      const reads = await inTransaction(harness.resources.live.sql, async (sql) => {
        await sql`SET LOCAL enable_seqscan = off`;
        return await readsOf(sql, select(sql, newTraceId()) as ReturnType<(typeof selectByTrace)["gifts"]>);
      });
      expect(reads).toContain("Bitmap Index Scan");
      expect(reads).not.toContain("Seq Scan");
    },
  );

  it("finds one gift and one failed order among many", async () => {
    const [{ gift, failed } = { gift: "", failed: "" }] = await harness.resources.live.sql<
      { gift: string; failed: string }[]
    >`SELECT md5('777') AS gift, md5('f777') AS failed`;
    expect(names(await traceOf(gift))).toEqual(["gift.accepted", "gift.queued", "gift.paid"]);
    expect(names(await traceOf(failed))).toEqual(["gift.accepted", "gift.queued", "gift.failed"]);
  });

  it("shows a gift that waits in the queue, and what became of it when it was paid, announced and refunded", async () => {
    const { live, redis } = harness.resources;
    const viewer = randomUUID();
    await openWallet(harness.resources, viewer, 1_000);
    const entry = giftEntry(viewer, {
      roomId: randomUUID(),
      sentAt: new Date(Date.now() - 5_000).toISOString(),
    });
    const key = streamKey("gifts", entry.bucket);
    const entryId = (await redis.xadd(key, "*", "g", writeGiftEntry(entry))) as string;
    const waiting = await traceOf(entry.traceId);
    expect(names(waiting)).toEqual(["gift.accepted", "gift.queued"]);
    expect(waiting.spans[1]).toMatchObject({ isOpen: true, facts: { entryId } });

    await postGifts(live.sql, [entry]);
    await redis.xdel(key, entryId);
    const announced = { giftOrderId: entry.giftOrderId, sender: { userId: null, nickname: "somebody" } };
    const gift = {
      giftId: "rose",
      nameEn: "Rose",
      nameZh: "玫瑰",
      effect: "float",
      svgaUrl: null,
      priceCoins: 1,
    };
    const body = { ...announced, gift, count: 1, totalCoins: 1, combo: null };
    await appendRoomEvents(
      redis,
      entry.roomId,
      [{ event: "gift.settled", traceId: entry.traceId, body }],
      new Date(),
    );
    expect(names(await traceOf(entry.traceId))).toEqual([
      "gift.accepted",
      "gift.queued",
      "gift.paid",
      "gift.announced",
    ]);

    const refund = {
      giftOrderId: entry.giftOrderId,
      senderId: viewer,
      refundId: randomUUID(),
      reason: "asked for",
    };
    const call = operator();
    await refundGift(call, refund);
    const byOperator = await traceOf(call.traceId);
    expect(byOperator.spans.find(({ name }) => name === "operator.acted")?.facts).toMatchObject({
      actorId: call.session.userId,
      reason: "asked for",
    });
    expect(names(await traceOf(entry.traceId))).toContain("gift.refunded");
    const found = await findTraces(operator(), { text: entry.giftOrderId });
    expect(found.items).toMatchObject([{ traceId: entry.traceId, kind: "gift" }]);
  });

  it("shows when settlement took a gift, by its bucket and number", async () => {
    const { finance } = harness.resources;
    const [{ traceId } = { traceId: "" }] = await harness.resources.live.sql<{ traceId: string }[]>`
      SELECT md5('500') AS "traceId"`;
    await finance.sql`
      INSERT INTO settlement_ranges (batch_id, bucket, from_seq, to_seq) VALUES (9, 63, 400, 600)`;
    await finance.sql`
      INSERT INTO settlement_lines (batch_id, anchor_id, share_bps, gifts, coins, gross_fen, anchor_fen, platform_fen)
      VALUES (9, '00000001-0000-4000-8000-000000000003', 5000, 201, 201, 2010, 1005, 1005)`;
    const { spans } = await traceOf(traceId);
    expect(spans.at(-1)).toMatchObject({ name: "gift.settled", facts: { batchId: 9, shareBps: 5_000 } });
  });

  it("is empty where nothing has it, and no id at all finds nothing", async () => {
    expect((await traceOf(newTraceId())).spans).toEqual([]);
    expect((await findTraces(operator(), { text: "nothing" })).items).toEqual([]);
    expect((await findTraces(operator(), { text: randomUUID() })).items).toEqual([]);
  });
});

describe("a trace of money that comes in or goes out", () => {
  it("has the callback of a payment, under the top-up's trace and under its own", async () => {
    const [paymentId, orderId, userId] = [randomUUID(), randomUUID(), randomUUID()];
    const [ordered, called] = [newTraceId(), newTraceId()];
    const { sql } = harness.resources.live;
    await sql`
      INSERT INTO recharge_orders (payment_id, user_id, order_id, product_id, coins, amount_fen, provider, status, trace_id,
        created_at, expires_at, paid_at)
      VALUES (${paymentId}, ${userId}, ${orderId}, 'coins-300', 300, 3000, 'sandbox', 'paid', ${ordered},
        now() - interval '9 seconds', now() + interval '1 hour', now())`;
    await sql`
      INSERT INTO payment_callbacks (provider, nonce, kind, payment_id, outcome, trace_id, received_at)
      VALUES ('sandbox', ${randomUUID()}, 'paid', ${paymentId}, 'credited', ${called}, now() - interval '1 second')`;
    const steps = ["recharge.ordered", "recharge.callback", "recharge.paid"];
    for (const traceId of [ordered, called])
      expect(names(await traceOf(traceId)).toSorted()).toEqual(steps.toSorted());
    expect((await findTraces(operator(), { text: orderId })).items).toMatchObject([
      { traceId: ordered, kind: "recharge" },
    ]);
  });

  it("has every state of a withdrawal and its payout's callback", async () => {
    const [anchorId, withdrawalId, payoutId] = [randomUUID(), randomUUID(), randomUUID()];
    const traceId = newTraceId();
    const { sql } = harness.resources.finance;
    await sql`
      INSERT INTO withdrawals (anchor_id, withdrawal_id, payout_id, amount_fen, status, account_cipher, account_index,
        account_kind, name_masked, account_masked, trace_id, created_at, updated_at)
      VALUES (${anchorId}, ${withdrawalId}, ${payoutId}, 100, 'paid', 'x', 'x', 'bank', 'x', 'x', ${traceId}, now(), now())`;
    const states = ["requested", "approved", "paying", "paid"];
    for (const [i, state] of states.entries())
      await sql`
        INSERT INTO withdrawal_events (anchor_id, withdrawal_id, from_status, to_status, trace_id, created_at)
        VALUES (${anchorId}, ${withdrawalId}, ${states[i - 1] ?? null}, ${state}, ${i === 0 ? traceId : newTraceId()},
          now() + ${i} * interval '1 second')`;
    const called = newTraceId();
    await sql`
      INSERT INTO payout_callbacks (provider, nonce, payout_id, outcome, trace_id, received_at)
      VALUES ('sandbox', ${randomUUID()}, ${payoutId}, 'paid', ${called}, now() + interval '2.5 seconds')`;
    const steps = ["requested", "approved", "paying", "callback", "paid"].map((step) => `withdrawal.${step}`);
    for (const id of [traceId, called]) expect(names(await traceOf(id))).toEqual(steps);
    expect((await findTraces(operator(), { text: withdrawalId })).items).toMatchObject([
      { traceId, kind: "withdrawal" },
    ]);
  });
});
