import { listPayees } from "@/db/live/queries/payees";
import type { Resources } from "../context";

/**
 * Why these people are not to be paid, by their id: only an anchor who is neither banned nor restricted is. Holds are what stops payouts;
 * this is the second line, for whatever forgot to place one. Never throws: whoever cannot be looked up is not paid now.
 */
export async function findUnpayable(
  { live, log }: Pick<Resources, "live" | "log">,
  anchorIds: readonly string[],
  at: Date,
): Promise<Map<string, string>> {
  const unpayable = new Map(anchorIds.map((id) => [id, "anchor_unknown"]));
  try {
    const payees = new Map((await listPayees(live, anchorIds, at)).map((payee) => [payee.userId, payee]));
    for (const id of anchorIds) {
      const payee = payees.get(id);
      if (payee?.isBanned) unpayable.set(id, "anchor_banned");
      else if (payee?.isRestricted) unpayable.set(id, "held_restriction");
      else if (payee?.role !== "anchor") unpayable.set(id, "not_an_anchor");
      else unpayable.delete(id);
    }
  } catch (error) {
    log.warn({ reason: String(error) }, "whether anchors may be paid could not be read");
  }
  return unpayable;
}
