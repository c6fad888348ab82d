import { randomUUID } from "node:crypto";
import type { LiveDb } from "@/db/client";
import { systemAccountId } from "@/db/live/ledger/system-accounts";
import { arrayLiteral } from "@/db/pg-array";
import type { GiftQueueEntry } from "@/domain/contracts/gift";
import { bucketOf } from "@/domain/rules/bucket";
import type { RedisClient } from "@/platform/redis/client";
import { giftStreamKey } from "@/platform/redis/keys";
import { writeGiftEntry } from "@/server/queue/write-gift-entry";

/** A uuid of version 7 (RFC 9562, section 5.7), as browsers make them. */
export function uuid7(nowMs = Date.now()): string {
  const time = nowMs.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${randomUUID().slice(15)}`;
}

/** Wallets with coins, credited through the ledger so that the audit holds afterwards. */
export async function createWallets(live: LiveDb, count: number, coins: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  for (let i = 0; i < count; i += 20_000) {
    const some = ids.slice(i, i + 20_000);
    const buckets = some.map(bucketOf);
    await live.sql.begin(async (tx) => {
      await tx`
        INSERT INTO ledger_accounts (id, kind, bucket, balance_coins, version)
        SELECT id, 'wallet', bucket, ${coins}, 1
        FROM unnest(${arrayLiteral(some)}::uuid[], ${arrayLiteral(buckets)}::smallint[]) AS w (id, bucket)`;
      await tx`
        INSERT INTO trades (account_id, counter_account_id, trade_type, biz_id, amount_coins, trace_id, created_at)
        SELECT clearing, id, 'adjustment', gen_random_uuid(), ${coins}, replace(gen_random_uuid()::text, '-', ''), now()
        FROM unnest(${arrayLiteral(some)}::uuid[],
          ${arrayLiteral(buckets.map((b) => systemAccountId("promotion", b)))}::uuid[]) AS w (id, clearing)`;
      await tx`
        UPDATE ledger_accounts a SET balance_coins = a.balance_coins - s.coins
        FROM (SELECT clearing, count(*) * ${coins}::bigint AS coins
          FROM unnest(${arrayLiteral(buckets.map((b) => systemAccountId("promotion", b)))}::uuid[]) AS u (clearing)
          GROUP BY clearing) s
        WHERE a.id = s.clearing`;
    });
  }
  await live.sql.unsafe("VACUUM ANALYZE ledger_accounts");
  return ids;
}

/** A few senders send much, most send little: the index of one of `count`, skewed by a cube. */
export function pickSkewed(count: number): number {
  return Math.floor(count * Math.random() ** 3);
}

export function makeEntry(
  fields: Pick<GiftQueueEntry, "senderId" | "anchorId" | "roomId"> & Partial<GiftQueueEntry>,
): GiftQueueEntry {
  return {
    giftOrderId: uuid7(),
    senderName: "viewer",
    sessionId: fields.roomId,
    giftId: "hearts",
    count: 1,
    priceCoins: 10,
    comboId: null,
    anonymous: false,
    traceId: randomUUID().replaceAll("-", ""),
    sentAt: new Date().toISOString(),
    ...fields,
  };
}

/** Puts entries straight into the streams, as the intake script would. */
export async function fillQueue(redis: RedisClient, entries: readonly GiftQueueEntry[]): Promise<void> {
  for (let i = 0; i < entries.length; i += 5_000) {
    const pipeline = redis.pipeline();
    for (const entry of entries.slice(i, i + 5_000)) {
      pipeline.xadd(giftStreamKey(bucketOf(entry.senderId)), "*", "g", writeGiftEntry(entry));
    }
    await pipeline.exec();
  }
}
