import { discountRefunds } from "@/db/live/queries/discount-refunds";
import type { Resources } from "../context";

const REFUNDS_AT_ONCE = 200;

/** One round of taking refunded gifts off what was given. Returns the rooms whose boards have changed. */
export async function discountNewRefunds({ live }: Pick<Resources, "live">): Promise<Set<string>> {
  return await discountRefunds(live, REFUNDS_AT_ONCE);
}
