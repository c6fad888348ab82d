import type { Sql } from "./client";

/**
 * Runs `work` in one transaction, which is given up when it throws. The driver's type of a transaction only lacks what
 * belongs to the pool; here, and nowhere else, it becomes the type that queries take.
 */
export async function inTransaction<T>(sql: Sql, work: (tx: Sql) => Promise<T>): Promise<T> {
  return (await sql.begin((transaction) => work(transaction as unknown as Sql))) as T;
}

/** Reads on one snapshot: what others commit meanwhile is not seen. */
export async function onSnapshot<T>(sql: Sql, read: (tx: Sql) => Promise<T>): Promise<T> {
  return (await sql.begin("isolation level repeatable read read only", (transaction) =>
    read(transaction as unknown as Sql),
  )) as T;
}

/** Whether a statement was refused because somebody else has what may be had once. */
export const isTaken = (error: unknown): boolean => (error as { code?: string } | null)?.code === "23505";
