import { listStoredPolicies } from "@/db/policies";
import { JOB_POLICY_DEFAULTS, JobPolicy } from "@/domain/contracts/jobs";
import type { Resources } from "../context";

const PREFIX = "job:";

/** A job's policy, and how often it was changed. */
export type StoredJobPolicy = JobPolicy & { version: number };

export const UNCHANGED_JOB: StoredJobPolicy = { ...JOB_POLICY_DEFAULTS, version: 0 };

/** What operators said of jobs, by name; a job that is not here goes by the code. Read past every cache. */
export async function readJobPolicies({
  live,
  log,
}: Pick<Resources, "live" | "log">): Promise<ReadonlyMap<string, StoredJobPolicy>> {
  const known = new Map<string, StoredJobPolicy>();
  for (const { key, value, version } of await listStoredPolicies(live.sql)) {
    if (!key.startsWith(PREFIX)) continue;
    const policy = JobPolicy.safeParse({ ...JOB_POLICY_DEFAULTS, ...value });
    if (policy.success) known.set(key.slice(PREFIX.length), { ...policy.data, version });
    else log.error({ key, reason: policy.error.message }, "a job's policy cannot be read; the code's holds");
  }
  return known;
}
