import type { QueuedGift } from "@/db/live/ledger/post-gifts";
import type { ShareRow } from "@/domain/rules/share";
import type { RedisClient } from "@/platform/redis/client";
import { openAnchor, openWallet, userInBucket } from "../money-harness";
import { type PayoutHarness, startPayoutHarness } from "../payout-harness";
import { SANDBOX_SECRET } from "../recharge-harness";

export interface OrderedCoins {
  paymentId: string;
  userId: string;
  coins: number;
  amountFen: number;
  nonces: string[];
  /** Whether the provider has said, genuinely, that this was paid. */
  isPaid: boolean;
}

export interface AskedWithdrawal {
  anchorId: string;
  withdrawalId: string;
  amountFen: number;
}

/** A hold, and the orders that each approved withdrawal of the anchor had been sent out by when it stood. */
export interface PlacedHold {
  id: string;
  ordersByPayout: Map<string, number>;
}

/** Real services, and what all runs share of what is written down beside them. */
export interface Services {
  harness: PayoutHarness;
  blocking: RedisClient;
  /** Those of the platform hold for every run. */
  shares: ShareRow[];
}

/** The people of one run, and what somebody with pen and paper would have written down about them. */
export interface World {
  services: Services;
  viewers: { id: string; grantedCoins: number }[];
  anchors: string[];
  /** Gifts that were accepted into the queue, by their order id. */
  accepted: Map<string, QueuedGift>;
  /** Ids of gift orders that were given back. */
  refunded: Set<string>;
  orders: OrderedCoins[];
  withdrawals: AskedWithdrawal[];
  /** Those that stand. */
  holds: PlacedHold[];
}

const GRANTED_COINS = [0, 500, 5_000];
/** Two of them share a bucket. */
const BUCKETS = [1, 1, 2];

export async function openServices(): Promise<Services> {
  const harness = await startPayoutHarness();
  harness.resources.env = { ...harness.resources.env, PAYMENT_SANDBOX_SECRET: SANDBOX_SECRET };
  const blocking = await harness.openRedis({ blocking: true });
  return { harness, blocking, shares: [] };
}

export async function openWorld(services: Services): Promise<World> {
  const viewers = GRANTED_COINS.map((grantedCoins, i) => ({
    id: userInBucket(BUCKETS[i] ?? 0),
    grantedCoins,
  }));
  for (const { id, grantedCoins } of viewers) await openWallet(services.harness.resources, id, grantedCoins);
  return {
    services,
    viewers,
    anchors: [await openAnchor(services.harness.resources), await openAnchor(services.harness.resources)],
    accepted: new Map(),
    refunded: new Set(),
    orders: [],
    withdrawals: [],
    holds: [],
  };
}
