import type { Sql } from "@/db/client";
import { POLICIES, type PolicyKey, type PolicyValue } from "@/server/contracts/policies";
import { insertOperatorAction } from "./operator-actions";

/** A policy as it holds now: the stored row, or the defaults where there is none. */
export async function readPolicy<K extends PolicyKey>(sql: Sql, key: K): Promise<PolicyValue<K>> {
  const [row] = await sql<{ value: unknown }[]>`SELECT value FROM policies WHERE key = ${key}`;
  const { schema, defaults } = POLICIES[key];
  return schema.parse(row ? row.value : defaults) as PolicyValue<K>;
}

/** Changes a policy and records who did it. The value has passed the policy's schema. */
export async function writePolicy<K extends PolicyKey>(
  tx: Sql,
  key: K,
  value: PolicyValue<K>,
  by: { actorId: string; reason?: string | null; traceId: string },
): Promise<void> {
  // Two changes at once stand one after the other in the record, each with what it found.
  await tx`LOCK TABLE policies IN SHARE ROW EXCLUSIVE MODE`;
  const before = await readPolicy(tx, key);
  await tx`
    INSERT INTO policies (key, value, updated_by) VALUES (${key}, ${JSON.stringify(value)}::text::jsonb, ${by.actorId})
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, version = policies.version + 1,
      updated_by = excluded.updated_by, updated_at = now()`;
  await insertOperatorAction(tx, {
    ...by,
    action: "policy.write",
    subject: `policy:${key}`,
    before,
    after: value,
  });
}
