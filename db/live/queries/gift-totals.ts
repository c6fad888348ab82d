import type { LiveDb } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { systemAccountId } from "../ledger/system-accounts";

/** Gifts that were ever paid, and their coins without those that were given back: by the counts that debits keep. */
export async function readGiftTotals({ sql }: LiveDb): Promise<{ gifts: number; coins: number }> {
  const clearing = ALL_BUCKETS.map((bucket) => systemAccountId("gift_clearing", bucket));
  const [row] = await sql<{ gifts: string; coins: string }[]>`
    SELECT (SELECT coalesce(sum(last_seq), 0) FROM gift_buckets) AS gifts,
      (SELECT coalesce(sum(balance_coins), 0) FROM ledger_accounts WHERE id = ANY(${arrayLiteral(clearing)}::uuid[])) AS coins`;
  return { gifts: Number(row?.gifts ?? 0), coins: Number(row?.coins ?? 0) };
}
