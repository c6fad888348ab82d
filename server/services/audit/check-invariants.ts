import { listLinesOfBucket, readFinanceSnapshot } from "@/db/finance/queries/audit";
import { auditLive, type Breach, listWalletsAfter, sumGiftsUpTo } from "@/db/live/queries/audit";
import { listGiftsAfter } from "@/db/live/queries/gifts-to-settle";
import { findWallet } from "@/db/live/queries/wallets";
import { readLag } from "@/server/queue/gift-stream";
import { walletKey } from "@/server/redis/keys";
import { ALL_BUCKETS } from "@/server/rules/bucket";
import { SHARE_BPS_DEFAULT } from "@/server/rules/money";
import { type LineToSettle, settleGifts } from "@/server/rules/settle-gifts";
import { buildShareTable, type ShareTable } from "@/server/rules/share";
import type { Resources } from "../context";
import { checkBoards } from "./check-boards";

/** Nothing accepted may wait longer than this. */
export const QUEUE_AGE_MS_MAX = 30_000;
const LINE_RANGES_AT_ONCE = 200;
const WALLETS_AT_ONCE = 1_000;
const ROWS_MAX = 20;

export interface InvariantResult {
  /** Number and words of the invariant, as in docs/operations.md. */
  name: string;
  breaches: Breach[];
}

type AuditResources = Pick<Resources, "live" | "finance" | "redis">;

/** Checks every invariant that exists so far on the running databases. Reads only. An empty `breaches` means it holds. */
export async function checkInvariants(resources: AuditResources): Promise<InvariantResult[]> {
  // Finance first: what it has settled must be found in a later look at the live database, never the reverse.
  const finance = await readFinanceSnapshot(resources.finance);
  const live = await auditLive(resources.live);
  return [
    { name: "1 all accounts sum to zero", breaches: live.accountsSum },
    { name: "2 balance = sum of entries, per account", breaches: live.balances },
    { name: "3 no wallet below zero", breaches: live.negativeWallets },
    {
      name: "4 every gift record has exactly one trade and the reverse",
      breaches: [...live.giftsWithoutTrade, ...live.tradesWithoutGift, ...live.failedButPaid],
    },
    { name: "5 numbers per bucket have no gap and no duplicate", breaches: live.sequences },
    { name: "6 settled sums = gift sums up to each cursor", breaches: await compareSums(resources, finance) },
    {
      name: "7 anchor + platform = gross per line, and lines recompute from gifts",
      breaches: [
        ...finance.badLines,
        ...finance.badRanges,
        ...(await recomputeLines(resources, buildShareTable(finance.shares))),
      ],
    },
    {
      name: "8 earned = withdrawable + frozen + withdrawn, and = the sum of lines",
      breaches: finance.badEarnings,
    },
    { name: "11 nothing in a queue older than its limit", breaches: await findOldEntries(resources) },
    { name: "12 TOP10 equals the database's answer", breaches: await checkBoards(resources) },
    {
      name: "13 cached balances are never newer or other than the database's",
      breaches: await compareCaches(resources),
    },
  ];
}

async function compareSums(
  resources: AuditResources,
  finance: Awaited<ReturnType<typeof readFinanceSnapshot>>,
): Promise<Breach[]> {
  const sums = await sumGiftsUpTo(resources.live, finance.cursors);
  const breaches: Breach[] = [];
  for (const bucket of ALL_BUCKETS) {
    const paid = sums.get(bucket) ?? { gifts: 0, coins: 0 };
    const settled = finance.settled.get(bucket) ?? { gifts: 0, coins: 0 };
    // Without a cursor the bucket is never settled, and nothing would differ.
    if (!finance.cursors.has(bucket)) {
      breaches.push({ bucket, cursor: null });
      continue;
    }
    if (paid.gifts === settled.gifts && paid.coins === settled.coins) continue;
    breaches.push({
      bucket,
      cursor: finance.cursors.get(bucket) ?? 0,
      paidGifts: paid.gifts,
      settledGifts: settled.gifts,
      paidCoins: paid.coins,
      settledCoins: settled.coins,
    });
  }
  return breaches;
}

async function recomputeLines(resources: AuditResources, shares: ShareTable): Promise<Breach[]> {
  const breaches: Breach[] = [];
  for (const bucket of ALL_BUCKETS) {
    let afterSeq = 0;
    for (;;) {
      const lines = await listLinesOfBucket(resources.finance, bucket, afterSeq, LINE_RANGES_AT_ONCE);
      const last = lines.at(-1);
      if (!last) break;
      const ranges = new Map(lines.map((line) => [line.fromSeq, line.toSeq]));
      const first = Math.min(...ranges.keys());
      const gifts = await listGiftsAfter(
        resources.live,
        new Map([[bucket, first - 1]]),
        last.toSeq - first + 1,
      );
      for (const [fromSeq, toSeq] of ranges) {
        const inRange = gifts.filter((g) => g.seq >= fromSeq && g.seq <= toSeq);
        const { lines: recomputed } = settleGifts(
          inRange,
          new Map([[bucket, fromSeq - 1]]),
          shares,
          SHARE_BPS_DEFAULT,
        );
        breaches.push(
          ...compareLines(
            lines.filter((line) => line.fromSeq === fromSeq),
            recomputed,
          ),
        );
        if (breaches.length >= ROWS_MAX) return breaches;
      }
      afterSeq = last.fromSeq;
    }
  }
  return breaches;
}

function compareLines(stored: readonly LineToSettle[], recomputed: readonly LineToSettle[]): Breach[] {
  const key = (line: LineToSettle) => `${line.anchorId}/${line.shareBps}`;
  const expected = new Map(recomputed.map((line) => [key(line), line]));
  const breaches: Breach[] = [];
  for (const line of stored) {
    const other = expected.get(key(line));
    expected.delete(key(line));
    if (other && JSON.stringify(line) === JSON.stringify({ ...other })) continue;
    breaches.push({
      ...line,
      recomputedAnchorFen: other?.anchorFen ?? null,
      recomputedGifts: other?.gifts ?? null,
    });
  }
  for (const line of expected.values()) breaches.push({ ...line, stored: false });
  return breaches;
}

async function findOldEntries(resources: AuditResources): Promise<Breach[]> {
  const lag = await readLag(resources.redis, ALL_BUCKETS, Date.now());
  return lag
    .filter((b) => b.oldestMs > QUEUE_AGE_MS_MAX)
    .map(({ bucket, waiting, oldestMs }) => ({ bucket, waiting, oldestMs }));
}

interface CachedFacts {
  cachedVersion: number;
  cachedCoins: number;
  reservedCoins: number;
  /** What the orders on their way reserved one by one; `reservedCoins` is their sum. */
  reservedByOrders: number;
}

function toCachedFacts(hash: Record<string, string>): CachedFacts {
  let reservedByOrders = 0;
  for (const [field, value] of Object.entries(hash))
    if (field.startsWith("p:")) reservedByOrders += Number(value);
  return {
    cachedVersion: Number(hash.ver),
    cachedCoins: Number(hash.bal),
    reservedCoins: Number(hash.res),
    reservedByOrders,
  };
}

function contradicts(wallet: { balanceCoins: number; version: number }, cached: CachedFacts): boolean {
  if (cached.reservedCoins !== cached.reservedByOrders || cached.reservedCoins < 0) return true;
  if (cached.cachedVersion > wallet.version) return true;
  return cached.cachedVersion === wallet.version && cached.cachedCoins !== wallet.balanceCoins;
}

async function compareCaches(resources: AuditResources): Promise<Breach[]> {
  const breaches: Breach[] = [];
  let afterId = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const wallets = await listWalletsAfter(resources.live, afterId, WALLETS_AT_ONCE);
    const last = wallets.at(-1);
    if (!last || breaches.length >= ROWS_MAX) return breaches;
    const hashes = await Promise.all(wallets.map((w) => resources.redis.hgetall(walletKey(w.id))));
    for (const [i, listed] of wallets.entries()) {
      const hash = hashes[i] ?? {};
      if (hash.bal === undefined) continue;
      const cached = toCachedFacts(hash);
      if (!contradicts(listed, cached)) continue;
      // The cache was read after the database and may know a newer version; by now the database must know it too.
      const wallet = (await findWallet(resources.live, listed.id)) ?? listed;
      if (!contradicts(wallet, cached)) continue;
      const { balanceCoins, version } = wallet;
      breaches.push({ wallet: listed.id, version, balanceCoins, ...cached });
    }
    afterId = last.id;
  }
}
