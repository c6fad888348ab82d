import { listRechargeProducts } from "@/db/live/queries/recharge-orders";
import type { RechargeProduct } from "@/domain/contracts/recharge";
import type { Resources } from "../context";

/** What can be bought, cheapest first as operators ordered it. */
export async function listProducts(resources: Pick<Resources, "live">): Promise<RechargeProduct[]> {
  const rows = await listRechargeProducts(resources.live);
  return rows.map(({ id, coins, priceFen }) => ({ productId: id, coins, priceFen }));
}
