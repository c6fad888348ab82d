import type { LiveDb } from "@/db/client";
import { POLICIES, type PolicyKey, type PolicyValue, policyDefaults } from "@/domain/contracts/policies";
import type { PolicyVersion } from "@/domain/contracts/policy-versions";

interface RawVersion {
  version: string;
  value: object;
  actor_id: string;
  actor_name: string | null;
  reason: string | null;
  trace_id: string;
  created_at: Date;
}

/**
 * What a policy of the live database was, the newest first: the rows that the audit has of it, which nobody can change.
 * The newest is the version that the policy's row says.
 */
export async function listPolicyVersions<K extends PolicyKey>(
  { sql }: LiveDb,
  key: K,
  limit: number,
): Promise<PolicyVersion<PolicyValue<K>>[]> {
  const rows = await sql<RawVersion[]>`
    SELECT p.version - row_number() OVER (ORDER BY a.id DESC) + 1 AS version, a.after AS value, a.actor_id,
      u.name AS actor_name, a.reason, a.trace_id, a.created_at
    FROM policies p
    JOIN operator_actions a ON a.subject = 'policy:' || p.key AND a.action = 'policy.write'
    LEFT JOIN users u ON u.id = a.actor_id
    WHERE p.key = ${key}
    ORDER BY a.id DESC LIMIT ${limit}`;
  const { schema } = POLICIES[key];
  return rows.flatMap((row) => {
    // One that a version of the product wrote which had other rules cannot be gone back to.
    const value = schema.safeParse({ ...policyDefaults(key), ...row.value });
    if (!value.success) return [];
    return {
      version: Number(row.version),
      value: value.data as PolicyValue<K>,
      by: row.actor_id,
      byName: row.actor_name,
      reason: row.reason,
      traceId: row.trace_id,
      at: row.created_at.toISOString(),
    };
  });
}
