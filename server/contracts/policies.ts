import { z } from "zod";
import { MediaHostsPolicy } from "./media-hosts";
import { RAIN_PACKETS_MAX, RainPolicy } from "./rain";
import { WithdrawalPolicy } from "./withdrawal";

/** Coins; null is no cap. */
const CoinsMax = z.number().int().min(1).max(1_000_000_000_000).nullable();

/** What one viewer may spend on gifts at most: with one order, on a day, in a month of the platform's calendar. */
export const SpendingCaps = z.object({
  giftCoinsMax: CoinsMax,
  dayCoinsMax: CoinsMax,
  monthCoinsMax: CoinsMax,
});
export type SpendingCaps = z.infer<typeof SpendingCaps>;

/**
 * Every policy: its key, what may stand in it and what holds as long as nobody has changed it. A row in `policies` of
 * the database that is named here takes the default's place.
 */
export const POLICIES = {
  /** Read through `resolveMediaHosts`: what null means depends on how the platform runs. */
  "media-hosts": { schema: MediaHostsPolicy, defaults: { hosts: null } },
  "spending-caps": {
    schema: SpendingCaps,
    defaults: { giftCoinsMax: 500_000, dayCoinsMax: 2_000_000, monthCoinsMax: 20_000_000 },
  },
  rain: {
    schema: RainPolicy,
    defaults: {
      budgetCoinsMax: 1_000_000,
      dayBudgetCoinsMax: 5_000_000,
      packetCountMax: RAIN_PACKETS_MAX,
      durationSecondsMax: 600,
      claimsPerViewerMax: 5,
    },
  },
  /** In the finance database. */
  withdrawal: {
    schema: WithdrawalPolicy,
    defaults: { minimumFen: 100, dailyMaxFen: 20_000_000, approvalThresholdFen: 100_000 },
  },
} as const satisfies Record<string, { schema: z.ZodType; defaults: unknown }>;

export type PolicyKey = keyof typeof POLICIES;
export type PolicyValue<K extends PolicyKey> = z.infer<(typeof POLICIES)[K]["schema"]>;
