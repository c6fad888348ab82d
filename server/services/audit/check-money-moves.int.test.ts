import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { postGifts } from "@/db/live/ledger/post-gifts";
import { systemAccountId } from "@/db/live/ledger/system-accounts";
import { tamper } from "@/db/testing/tamper";
import type { CheckKey } from "@/domain/contracts/reconciliation";
import {
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
  userInBucket,
} from "@/server/testing/money-harness";
import { settleNewGifts } from "../finance/settle-gifts";
import { checkInvariants } from "./check-invariants";

const ANCHOR = "00000000-0000-4000-8000-0000000000c1";
const BUCKET = 7;
let harness: MoneyHarness;
let viewer: string;

beforeAll(async () => {
  harness = await startMoneyHarness();
});
afterAll(() => harness?.close());

const live = (statements: string) => tamper(harness.liveOwnerUrl, statements);
const finance = (statements: string) => tamper(harness.financeOwnerUrl, statements);
const account = (kind: "gift_clearing" | "recharge_clearing") => systemAccountId(kind, BUCKET);

/** A top-up of 50 coins, a gift of 9 that was settled at 50 % and refunded, and a withdrawal on its way. */
beforeEach(async () => {
  await live(`TRUNCATE trades, gift_records, recharge_orders, gift_refunds, chargeback_recoveries,
    chargeback_returns, payment_events, payment_take_backs, room_supporters;
    DELETE FROM ledger_accounts WHERE kind = 'wallet';
    UPDATE ledger_accounts SET balance_coins = 0;
    UPDATE gift_buckets SET last_seq = 0;
    UPDATE supporter_cursors SET last_seq = 0;
    UPDATE supporter_refund_cursor SET last_seq = 0;
    UPDATE refund_counter SET last_seq = 0`);
  await finance(`TRUNCATE settlement_lines, settlement_ranges, settlement_reversals, anchor_earnings, withdrawals, withdrawal_events;
    UPDATE settlement_cursors SET last_seq = 0;
    UPDATE refund_cursor SET last_seq = 0`);
  viewer = userInBucket(BUCKET);
  await openWallet(harness.resources, viewer, 100);
  const payment = randomUUID();
  const refund = randomUUID();
  const gift = giftEntry(viewer, { anchorId: ANCHOR, priceCoins: 9 });
  await postGifts(harness.resources.live.sql, [gift, giftEntry(viewer, { anchorId: ANCHOR, priceCoins: 2 })]);
  await settleNewGifts(harness.resources, 1_000);
  await live(`
    INSERT INTO recharge_orders (payment_id, user_id, order_id, product_id, coins, amount_fen, provider, status, trace_id,
        created_at, expires_at)
      VALUES ('${payment}', '${viewer}', '${randomUUID()}', 'p', 50, 500, 'sandbox', 'paid', 't1', now(), now());
    INSERT INTO trades (account_id, counter_account_id, trade_type, biz_id, amount_coins, trace_id, created_at) VALUES
      ('${account("recharge_clearing")}', '${viewer}', 'recharge', '${payment}', 50, 't1', now()),
      ('${account("gift_clearing")}', '${viewer}', 'refund', '${refund}', 9, 't2', now());
    UPDATE ledger_accounts SET balance_coins = balance_coins + 59, version = version + 2 WHERE id = '${viewer}';
    UPDATE ledger_accounts SET balance_coins = balance_coins - 50 WHERE id = '${account("recharge_clearing")}';
    UPDATE ledger_accounts SET balance_coins = balance_coins - 9 WHERE id = '${account("gift_clearing")}';
    INSERT INTO gift_refunds SELECT 1, '${refund}', gift_order_id, sender_id, bucket, seq, anchor_id, room_id, total_coins,
      sent_at, 'asked', '${randomUUID()}', 't2', now() FROM gift_records WHERE seq = 1;
    UPDATE refund_counter SET last_seq = 1`);
  await finance(`
    INSERT INTO settlement_reversals (refund_seq, refund_id, gift_order_id, sender_id, bucket, seq, anchor_id, share_bps,
        coins, gross_fen, anchor_fen, platform_fen, trace_id)
      VALUES (1, '${refund}', '${gift.giftOrderId}', '${viewer}', ${BUCKET}, 1, '${ANCHOR}', 5000, 9, 90, 45, 45, 't2');
    UPDATE refund_cursor SET last_seq = 1;
    INSERT INTO withdrawals (anchor_id, withdrawal_id, payout_id, amount_fen, status, account_cipher, account_index,
        account_kind, name_masked, account_masked, trace_id, created_at, updated_at)
      VALUES ('${ANCHOR}', '${randomUUID()}', '${randomUUID()}', 4, 'requested', '', '', 'bank', '', '', 't3', now(), now());
    INSERT INTO withdrawal_events (anchor_id, withdrawal_id, to_status, trace_id, created_at)
      SELECT anchor_id, withdrawal_id, status, trace_id, now() FROM withdrawals;
    UPDATE anchor_earnings SET earned_fen = earned_fen - 45, reversed_fen = 45, frozen_fen = 4`);
});

async function broken(): Promise<CheckKey[]> {
  const results = await checkInvariants(harness.resources);
  return results.filter(({ breaches }) => breaches.length > 0).map(({ key }) => key);
}

it("finds nothing where all is well", async () => {
  expect(await broken()).toEqual([]);
});

it("finds nothing while a refund is not yet taken back from the anchor", async () => {
  await finance(`TRUNCATE settlement_reversals; UPDATE refund_cursor SET last_seq = 0;
    UPDATE anchor_earnings SET earned_fen = earned_fen + reversed_fen, reversed_fen = 0`);
  expect(await broken()).toEqual([]);
});

const corruptions: [what: string, checks: CheckKey[], corrupt: () => Promise<unknown>][] = [
  [
    "a paid order was credited to nobody",
    ["balances", "recharges"],
    () => live("DELETE FROM trades WHERE trade_type = 'recharge'"),
  ],
  ["a credit has no order", ["recharges"], () => live("DELETE FROM recharge_orders")],
  [
    "an order was credited before it was paid",
    ["recharges"],
    () => live("UPDATE recharge_orders SET status = 'pending'"),
  ],
  [
    "an order was credited with other coins",
    ["recharges"],
    () => live("UPDATE recharge_orders SET coins = 51"),
  ],
  [
    "an order was credited to another user",
    ["recharges"],
    () => live(`UPDATE recharge_orders SET user_id = '${ANCHOR}'`),
  ],
  [
    "coins were recovered without a trade, and without being owed",
    ["payments", "recharges"],
    () =>
      live(`INSERT INTO chargeback_recoveries SELECT gen_random_uuid(), payment_id, user_id, 5, 'r', user_id, 't', now()
        FROM recharge_orders`),
  ],
  [
    "an order stands otherwise than was said of it",
    ["payments"],
    () => live("UPDATE recharge_orders SET standing = 'disputed'"),
  ],
  [
    "an order does not know what was said of it",
    ["payments"],
    () =>
      live(`INSERT INTO payment_events (provider, event_key, payment_id, kind, ref, state, said, trace_id, heard_at)
        SELECT provider, 'k', payment_id, 'refund', 'r', 'live', '{}', 't', now() FROM recharge_orders`),
  ],
  ["an order owes other coins", ["payments"], () => live("UPDATE recharge_orders SET owed_coins = 1")],
  [
    "coins were given back that were never taken",
    ["payments", "take-backs"],
    () =>
      live(`INSERT INTO chargeback_returns SELECT gen_random_uuid(), gen_random_uuid(), payment_id, user_id, 5, 'r', user_id,
        't', now() FROM recharge_orders`),
  ],
  [
    "a gift was taken back without a refund",
    ["take-backs"],
    () =>
      live(`INSERT INTO payment_take_backs SELECT gen_random_uuid(), 1, o.payment_id, o.user_id, g.gift_order_id, g.anchor_id,
        g.total_coins, now() FROM recharge_orders o, gift_records g WHERE g.seq = 2`),
  ],
  [
    "coins went back to a wallet for nothing",
    ["take-backs"],
    () =>
      live(`INSERT INTO trades (account_id, counter_account_id, trade_type, biz_id, amount_coins, trace_id, created_at)
          VALUES ('${account("recharge_clearing")}', '${viewer}', 'adjustment', '${randomUUID()}', 5, 't', now());
        UPDATE ledger_accounts SET balance_coins = balance_coins + 5, version = version + 1 WHERE id = '${viewer}';
        UPDATE ledger_accounts SET balance_coins = balance_coins - 5 WHERE id = '${account("recharge_clearing")}'`),
  ],
  [
    "a refund has no trade",
    ["balances", "refunds"],
    () => live("DELETE FROM trades WHERE trade_type = 'refund'"),
  ],
  [
    "a refund gave back another sum",
    ["refunds", "reversals"],
    () => live("UPDATE gift_refunds SET total_coins = 8"),
  ],
  ["a refund names another gift", ["refunds", "reversals"], () => live("UPDATE gift_refunds SET seq = 2")],
  ["the counter of refunds ran ahead", ["refunds"], () => live("UPDATE refund_counter SET last_seq = 2")],
  ["a refund is gone", ["refunds", "reversals"], () => live("DELETE FROM gift_refunds")],
  [
    "a refund was never taken back though the cursor says so",
    ["earnings", "reversals"],
    () => finance("TRUNCATE settlement_reversals"),
  ],
  [
    "a refund was taken back at another share",
    ["earnings", "reversals"],
    () => finance("UPDATE settlement_reversals SET share_bps = 4000, anchor_fen = 36, platform_fen = 54"),
  ],
  ["a withdrawal froze nothing", ["earnings"], () => finance("UPDATE anchor_earnings SET frozen_fen = 0")],
  [
    "a paid withdrawal stays frozen",
    ["earnings", "withdrawals"],
    () => finance("UPDATE withdrawals SET status = 'paid'"),
  ],
  ["a withdrawal is gone", ["earnings", "withdrawals"], () => finance("DELETE FROM withdrawals")],
  ["a withdrawal has no history", ["withdrawals"], () => finance("TRUNCATE withdrawal_events")],
];

it.each(corruptions)("sees that %s", async (_, checks, corrupt) => {
  await corrupt();
  expect((await broken()).sort()).toEqual(checks);
});
