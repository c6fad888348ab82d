import { DIFFERENCES_MAX } from "@/db/audit-rows";
import type { WalletFacts } from "@/db/live/ledger/accounts";
import { findWallets } from "@/db/live/queries/audit-wallets";
import type { Difference } from "@/domain/contracts/reconciliation";
import { type CachedWalletFacts, isReserved, listCachedWallets } from "@/server/queue/cached-wallets";
import { findOrderState } from "@/server/queue/gift-intake";
import type { AuditResources, Outcome } from "./check";

/**
 * Cached wallets against the database, and what they hold back against the orders it is held back for. The cache is
 * read first: what it knows was committed before, so that the database knows the same version or a newer one.
 */
export async function checkCaches({ live, redis }: AuditResources): Promise<Outcome> {
  const differences: Difference[] = [];
  let compared = 0;
  for await (const cached of listCachedWallets(redis)) {
    compared += cached.length;
    const wallets = await findWallets(
      live,
      cached.map(({ userId }) => userId),
    );
    for (const one of cached) {
      const wallet = wallets.get(one.userId);
      if (contradicts(one, wallet)) differences.push(describe(one, wallet));
      differences.push(...(await findOrphans(redis, one)));
    }
    if (differences.length >= DIFFERENCES_MAX) break;
  }
  return { compared, differences: differences.slice(0, DIFFERENCES_MAX) };
}

function contradicts(cached: CachedWalletFacts, wallet: WalletFacts | undefined): boolean {
  const reservedByOrders = [...cached.reservations.values()].reduce((sum, { coins }) => sum + coins, 0);
  if (cached.reservedCoins !== reservedByOrders || cached.reservedCoins < 0) return true;
  if (!wallet || cached.version > wallet.version) return true;
  if (cached.version < wallet.version) return false;
  return cached.balanceCoins !== wallet.balanceCoins || cached.frozen !== wallet.frozen;
}

function describe(cached: CachedWalletFacts, wallet: WalletFacts | undefined): Difference {
  return {
    subject: `wallet:${cached.userId}`,
    expected: wallet ? String(wallet.balanceCoins) : null,
    actual: String(cached.balanceCoins),
    facts: {
      what: "the cache contradicts the database",
      version: wallet?.version ?? null,
      cachedVersion: cached.version,
      frozen: wallet?.frozen ?? null,
      cachedFrozen: cached.frozen,
      reservedCoins: cached.reservedCoins,
      reservedByOrders: [...cached.reservations.values()].reduce((sum, { coins }) => sum + coins, 0),
    },
  };
}

/** Coins held back for orders that have ended, or other coins than were queued. A reservation is released with its order's end. */
async function findOrphans(redis: AuditResources["redis"], cached: CachedWalletFacts): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const [giftOrderId, { coins }] of cached.reservations) {
    const state = await findOrderState(redis, cached.userId, giftOrderId);
    // Whether an order that has not ended is queued is looked at with the queue.
    if (!state || (state.status === "pending" && state.totalCoins === coins)) continue;
    if (!(await isReserved(redis, cached, giftOrderId))) continue;
    differences.push({
      subject: `gift-order:${giftOrderId}`,
      expected: state.status === "pending" ? String(state.totalCoins) : null,
      actual: String(coins),
      facts: {
        what: "coins reserved without an order on its way",
        senderId: cached.userId,
        status: state.status,
        traceId: state.traceId,
      },
    });
  }
  return differences;
}
