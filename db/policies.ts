import type { Sql } from "@/db/client";
import { POLICIES, type PolicyKey, type PolicyValue, policyDefaults } from "@/domain/contracts/policies";
import { type Approval, insertOperatorAction } from "./operator-actions";

/**
 * A policy as it holds now: the stored row, and the defaults of the mode for what it does not say, or was written before
 * there was. Without a mode those of production hold.
 */
export async function readPolicy<K extends PolicyKey>(
  sql: Sql,
  key: K,
  mode?: string,
): Promise<PolicyValue<K>> {
  const [row] = await sql<{ value: object }[]>`SELECT value FROM policies WHERE key = ${key}`;
  return POLICIES[key].schema.parse({ ...policyDefaults(key, mode), ...row?.value }) as PolicyValue<K>;
}

/** Every policy of this database as it is stored, for whoever holds all of them. */
export async function listStoredPolicies(
  sql: Sql,
): Promise<{ key: string; value: object; version: number }[]> {
  return await sql<{ key: string; value: object; version: number }[]>`
    SELECT key, value, version FROM policies`;
}

/**
 * Changes a policy and records who did it; what `change` leaves out stays as it is. What comes of it has to pass the
 * policy's schema. Returns it.
 */
export async function writePolicy<K extends PolicyKey>(
  tx: Sql,
  key: K,
  change: Partial<PolicyValue<K>>,
  by: { actorId: string; reason?: string | null; traceId: string; approval: Approval | undefined },
  mode?: string,
): Promise<PolicyValue<K>> {
  // Two changes at once stand one after the other in the record, each with what it found.
  await tx`LOCK TABLE policies IN SHARE ROW EXCLUSIVE MODE`;
  const before = await readPolicy(tx, key, mode);
  const value = POLICIES[key].schema.parse({ ...before, ...change }) as PolicyValue<K>;
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
  return value;
}
