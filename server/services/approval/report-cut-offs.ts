import { listUnreportedCutOffs } from "@/db/live/queries/proposals";
import { raiseAlarm } from "../alarm/raise-alarm";
import type { Resources } from "../context";

/** Who dies while a proposal is executed can say nothing: somebody else raises the alarm, once. Returns how many. */
export async function reportCutOffs(resources: Pick<Resources, "live" | "log">): Promise<number> {
  const cutOffs = await listUnreportedCutOffs(resources.live);
  for (const { proposalId, action, subject, traceId } of cutOffs) {
    const alarm = { subject: `proposal:${proposalId}`, facts: { action, subject }, traceId };
    await raiseAlarm(resources, { kind: "approval.outcome_unclear", ...alarm });
  }
  return cutOffs.length;
}
