import type { LiveDb } from "@/db/client";
import { NO_CAPS, type PlannedCaps, type Spent } from "@/domain/rules/spending";
import type { WalletFacts } from "../ledger/accounts";

/** A wallet with what bounds spending from it. */
export interface SpendingWallet extends WalletFacts {
  spent: Spent | null;
  /** The viewer's own caps; the platform's hold besides. */
  ownCaps: PlannedCaps;
}

export const EMPTY_WALLET: SpendingWallet = {
  balanceCoins: 0,
  version: 0,
  frozen: false,
  spent: null,
  ownCaps: { ...NO_CAPS, next: null },
};

/** Columns of `spending_caps`. */
export interface CapsRow {
  gift_coins_max: string | null;
  day_coins_max: string | null;
  month_coins_max: string | null;
  next_at: Date | null;
  next_gift_coins_max: string | null;
  next_day_coins_max: string | null;
  next_month_coins_max: string | null;
}

const toCoins = (text: string | null) => (text === null ? null : Number(text));

export function toPlannedCaps(row: CapsRow): PlannedCaps {
  return {
    giftCoinsMax: toCoins(row.gift_coins_max),
    dayCoinsMax: toCoins(row.day_coins_max),
    monthCoinsMax: toCoins(row.month_coins_max),
    next: row.next_at && {
      giftCoinsMax: toCoins(row.next_gift_coins_max),
      dayCoinsMax: toCoins(row.next_day_coins_max),
      monthCoinsMax: toCoins(row.next_month_coins_max),
      atMs: row.next_at.getTime(),
    },
  };
}

/** A user's wallet; null before it was opened. One statement: caps and version are of one moment. */
export async function findWallet(db: LiveDb, userId: string): Promise<SpendingWallet | null> {
  const [row] = await db.sql<
    (CapsRow & {
      balance_coins: string;
      version: string;
      frozen: boolean;
      spent_day: string | null;
      spent_day_coins: string;
      spent_month_coins: string;
    })[]
  >`
    SELECT a.balance_coins, a.version, a.frozen_at IS NOT NULL AS frozen, a.spent_day::text, a.spent_day_coins,
      a.spent_month_coins, c.gift_coins_max, c.day_coins_max, c.month_coins_max, c.next_at, c.next_gift_coins_max,
      c.next_day_coins_max, c.next_month_coins_max
    FROM ledger_accounts a LEFT JOIN spending_caps c ON c.user_id = a.id
    WHERE a.id = ${userId}`;
  if (!row) return null;
  return {
    balanceCoins: Number(row.balance_coins),
    version: Number(row.version),
    frozen: row.frozen,
    spent: row.spent_day
      ? {
          day: row.spent_day,
          dayCoins: Number(row.spent_day_coins),
          monthCoins: Number(row.spent_month_coins),
        }
      : null,
    ownCaps: toPlannedCaps(row),
  };
}
