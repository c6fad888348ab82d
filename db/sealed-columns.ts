import type { Sql } from "./client";
import { arrayLiteral } from "./pg-array";

/** A column of values that are sealed under a key, by the id of its rows. */
export interface SealedColumn<Facts extends object = object> {
  table: string;
  id: string;
  value: string;
  /** What else of a row tells where its value stands: a column for each fact. */
  facts?: Readonly<Record<keyof Facts & string, string>>;
}

export const SEALED_PHONES: SealedColumn = { table: "users", id: "id", value: "phone_cipher" };
export const SEALED_FACTORS: SealedColumn = {
  table: "second_factors",
  id: "user_id",
  value: "secret_cipher",
};
export const SEALED_ACCOUNTS: SealedColumn<{ anchorId: string; withdrawalId: string }> = {
  table: "withdrawals",
  id: "payout_id",
  value: "account_cipher",
  facts: { anchorId: "anchor_id", withdrawalId: "withdrawal_id" },
};

export interface SealedRow {
  id: string;
  sealed: string;
}

/** Sealed values that do not begin with `prefix`, in order of ids after one. */
export async function listSealedOtherwise<Facts extends object>(
  sql: Sql,
  { table, id, value, facts = {} as Record<keyof Facts & string, string> }: SealedColumn<Facts>,
  input: { prefix: string; afterId: string; limit: number },
): Promise<(SealedRow & Facts)[]> {
  const more = Object.entries<string>(facts).reduce(
    (columns, [name, column]) => sql`${columns}, ${sql(column)} AS ${sql(name)}`,
    sql``,
  );
  return await sql<(SealedRow & Facts)[]>`
    SELECT ${sql(id)} AS id, ${sql(value)} AS sealed ${more}
    FROM ${sql(table)}
    WHERE ${sql(id)} > ${input.afterId} AND ${sql(value)} IS NOT NULL AND NOT starts_with(${sql(value)}, ${input.prefix})
    ORDER BY ${sql(id)} LIMIT ${input.limit}`;
}

/** Replaces sealed values that are still what they were read as. Returns how many were. */
export async function replaceSealed(
  sql: Sql,
  { table, id, value }: Pick<SealedColumn, "table" | "id" | "value">,
  rows: readonly (SealedRow & { next: string })[],
): Promise<number> {
  const changed = await sql`
    UPDATE ${sql(table)} t SET ${sql(value)} = n.next
    FROM unnest(${arrayLiteral(rows.map((row) => row.id))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.sealed))}::text[], ${arrayLiteral(rows.map((row) => row.next))}::text[])
      AS n (id, sealed, next)
    WHERE t.${sql(id)} = n.id AND t.${sql(value)} = n.sealed`;
  return changed.count;
}

/** How many values each key has sealed. */
export async function countSealedByKey(
  sql: Sql,
  { table, value }: Pick<SealedColumn, "table" | "value">,
): Promise<Map<string, number>> {
  const rows = await sql<{ key_id: string; count: number }[]>`
    SELECT split_part(${sql(value)}, ':', 2) AS key_id, count(*)::int AS count FROM ${sql(table)}
    WHERE ${sql(value)} IS NOT NULL GROUP BY 1`;
  return new Map(rows.map((row) => [row.key_id, row.count]));
}
