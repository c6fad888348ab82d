import { onSnapshot } from "@/db/transaction";
import type { Difference, FactValue } from "@/domain/contracts/reconciliation";
import type { FinanceDb, LiveDb, Sql } from "./client";

/** Rows shown of one kind of difference; the rest of a systematic fault looks the same. */
export const DIFFERENCES_MAX = 20;
/** No comparison may hold a snapshot longer: an old snapshot keeps what every vacuum would take away. */
const SNAPSHOT_MS_MAX = 10 * 60_000;

/** What a query of an audit selects: these three, and the facts beside them. */
export type DifferenceRow = { subject: string; expected: string | null; actual: string | null } & Record<
  string,
  FactValue
>;

export function toDifferences(rows: readonly DifferenceRow[]): Difference[] {
  return rows.map(({ subject, expected, actual, ...facts }) => ({ subject, expected, actual, facts }));
}

/** Reads on one snapshot: whatever is committed meanwhile, all statements of `read` see the same instant. */
export async function readSnapshot<T>(db: LiveDb | FinanceDb, read: (tx: Sql) => Promise<T>): Promise<T> {
  return await onSnapshot(db.sql, async (tx) => {
    await tx.unsafe(`SET LOCAL statement_timeout = ${SNAPSHOT_MS_MAX};
      SET LOCAL idle_in_transaction_session_timeout = ${SNAPSHOT_MS_MAX}`);
    return await read(tx);
  });
}
