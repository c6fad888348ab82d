import type { WalletFacts } from "@/db/live/ledger/accounts";
import type { GiftFailureReason } from "@/domain/contracts/gift";
import { bucketOf } from "@/domain/rules/bucket";
import type { RedisClient } from "@/platform/redis/client";
import { comboKey, giftOrderKey, walletKey } from "@/platform/redis/keys";
import { defineScript } from "@/platform/redis/script";
import finaliseSource from "./finalise.lua";
import { type CachedWallet, orderFingerprint, spendingDayKey, WALLET_CACHE_SECONDS } from "./gift-intake";

/** A final order is remembered this long for quick answers; afterwards the database answers. */
const FINAL_ORDER_SECONDS = 600;
/** A combo ends when no further gift of it settles within this time. */
export const COMBO_WINDOW_SECONDS = 8;
/** Wallets of one script: bounds how long Redis is busy with it. */
const WALLETS_AT_ONCE = 200;

const finaliseScript = defineScript(finaliseSource);

/** One decided order. `posted` is what the database holds under the id, whatever this entry asked for. */
export interface FinalOrder {
  senderId: string;
  giftOrderId: string;
  comboId: string | null;
  anonymous: boolean;
  /** Of the call that was accepted: as long as the end is remembered, so is that it was used. */
  nonce?: string | undefined;
  status: "settled" | "failed";
  reason?: GiftFailureReason;
  /** When this sending was accepted, and whether it was paid for: else it is taken off what the sender has spent. */
  sentAtMs: number;
  charged: boolean;
  posted: {
    roomId: string;
    giftId: string;
    count: number;
    priceCoins: number;
    totalCoins: number;
    traceId: string;
  };
}

export interface FinalisedBucket {
  /** Per sender, as the cache holds it now; missing when the wallet is not known. */
  wallets: Map<string, CachedWallet>;
  /** Per order, in order: the count its combo had reached with it, or null. */
  comboCounts: (number | null)[];
}

/** Writes outcomes of one bucket back into Redis in one atomic, repeatable step: see finalise.lua. */
export async function finaliseGifts(
  redis: RedisClient,
  orders: readonly FinalOrder[],
  wallets: ReadonlyMap<string, WalletFacts>,
): Promise<FinalisedBucket> {
  const positionsOf = new Map<string, number[]>();
  orders.forEach(({ senderId }, i) => {
    const positions = positionsOf.get(senderId);
    if (positions) positions.push(i);
    else positionsOf.set(senderId, [i]);
  });
  const senders = [...positionsOf.keys()];
  const keys = senders.map(walletKey);
  const comboKeys: string[] = [];
  const args = walletArgs(senders, wallets, (senderId) => positionsOf.get(senderId)?.length ?? 0);
  // Orders of a sender stay in their order; of several senders none depends on another's.
  const positions = [...positionsOf.values()].flat();
  for (const i of positions) {
    const order = orders[i] as FinalOrder;
    keys.push(giftOrderKey(order.senderId, order.giftOrderId));
    const { senderId, comboId, anonymous } = order;
    const countsIntoCombo = comboId !== null && order.status === "settled";
    if (countsIntoCombo) comboKeys.push(comboKey({ senderId, comboId, anonymous }));
    const adds = countsIntoCombo ? order.posted.count : 0;
    const unpaidOn = order.charged ? "" : spendingDayKey(order.sentAtMs);
    args.push(finalValue(order), adds === 0 && order.charged ? "" : `${adds};${unpaidOn}`);
  }
  const [states, counts] = await runFinalise(redis, [...keys, ...comboKeys], args);
  return { wallets: readWallets(states, senders), comboCounts: readComboCounts(counts, positions) };
}

/**
 * Writes wallets that were changed and committed into the cache wherever it holds an older version or none, as finalising
 * does: in its script, with no order to finalise.
 *
 * @returns the wallets as the cache holds them now.
 */
export async function refreshWallets(
  redis: RedisClient,
  wallets: ReadonlyMap<string, WalletFacts>,
): Promise<Map<string, CachedWallet>> {
  const byBucket = new Map<number, string[]>();
  for (const userId of wallets.keys()) {
    const bucket = bucketOf(userId);
    const list = byBucket.get(bucket);
    if (list) list.push(userId);
    else byBucket.set(bucket, [userId]);
  }
  const cached: Map<string, CachedWallet> = new Map();
  await Promise.all(
    [...byBucket.values()].map(async (userIds) => {
      for (let i = 0; i < userIds.length; i += WALLETS_AT_ONCE) {
        const some = userIds.slice(i, i + WALLETS_AT_ONCE);
        const args = walletArgs(some, wallets, () => 0);
        const [states] = await runFinalise(redis, some.map(walletKey), args);
        for (const [userId, wallet] of readWallets(states, some)) cached.set(userId, wallet);
      }
    }),
  );
  return cached;
}

async function runFinalise(redis: RedisClient, keys: readonly string[], args: readonly string[]) {
  const reply = (await finaliseScript.run(redis, keys, args)) as [states: string, counts: string];
  return reply.map((list) => list.split(",")) as [states: string[], counts: string[]];
}

/** The head of the script's arguments: seconds to keep things, and each wallet. */
function walletArgs(
  userIds: readonly string[],
  wallets: ReadonlyMap<string, WalletFacts>,
  countOrders: (userId: string) => number,
): string[] {
  const args = [userIds.length, FINAL_ORDER_SECONDS, COMBO_WINDOW_SECONDS, WALLET_CACHE_SECONDS].map(String);
  for (const id of userIds) {
    const { balanceCoins = "", version = "", frozen = false } = wallets.get(id) ?? {};
    args.push(`${balanceCoins};${version};${frozen ? "1" : ""};${countOrders(id)}`);
  }
  return args;
}

function readWallets(states: readonly string[], userIds: readonly string[]): Map<string, CachedWallet> {
  const wallets = new Map<string, CachedWallet>();
  userIds.forEach((id, i) => {
    const [balance, reserved, version] = states[i]?.split(";") ?? [];
    if (!balance) return;
    wallets.set(id, {
      balanceCoins: Number(balance),
      pendingCoins: Number(reserved),
      version: Number(version),
    });
  });
  return wallets;
}

/** What the script answered in its own order of the orders, in that of the caller. */
function readComboCounts(counts: readonly string[], positions: readonly number[]): (number | null)[] {
  const byOrder = Array.from<number | null>({ length: positions.length }).fill(null);
  positions.forEach((position, i) => {
    if (counts[i]) byOrder[position] = Number(counts[i]);
  });
  return byOrder;
}

/** The value of a final order as intake.lua describes it, up to the combo count that ends it. */
function finalValue({ status, reason, posted, nonce = "" }: FinalOrder): string {
  const { priceCoins, totalCoins, traceId } = posted;
  return `${orderFingerprint(posted)};${status};${reason ?? ""};${priceCoins};${totalCoins};${traceId};${nonce};`;
}
