import { z } from "zod";
import { PhoneChangePolicy } from "./account";
import { ALARM_RULE_DEFAULTS, AlarmRulesPolicy } from "./alarm-rules";
import { SchedulePolicy, TierPolicy } from "./analytics";
import { FourEyesPolicy } from "./approval";
import { ChatWordsPolicy } from "./chat-words";
import { JOB_POLICIES } from "./jobs";
import { MediaHostsPolicy } from "./media-hosts";
import { PkPolicy } from "./pk";
import { RAIN_PACKETS_MAX, RainPolicy } from "./rain";
import { RetentionPolicy } from "./retention";
import { SETTING_POLICIES } from "./settings";
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
 * Every policy: its key, what may stand in it and what holds as long as nobody has changed it, on a demonstration as
 * `demo` says. A row in `policies` of the database that is named here takes the default's place.
 */
export const POLICIES = {
  /** Read through `resolveMediaHosts`: what null means depends on how the platform runs. */
  "media-hosts": { schema: MediaHostsPolicy, defaults: { hosts: null } },
  "spending-caps": {
    schema: SpendingCaps,
    defaults: { giftCoinsMax: 500_000, dayCoinsMax: 2_000_000, monthCoinsMax: 20_000_000 },
  },
  "four-eyes": {
    schema: FourEyesPolicy,
    defaults: { mode: "auto", largePayoutFen: 1_000_000 },
  },
  rain: {
    schema: RainPolicy,
    defaults: {
      budgetCoinsMax: 1_000_000,
      dayBudgetCoinsMax: 5_000_000,
      packetCountMax: RAIN_PACKETS_MAX,
      durationSecondsMax: 600,
      claimsPerViewerMax: 5,
      madeGoodDayCoinsMax: 100_000,
    },
  },
  /** PK battles: when nobody wins, and how soon who declined is asked again. */
  pk: { schema: PkPolicy, defaults: { minimumPoints: 100, cooldownSeconds: 60 } },
  "chat-words": {
    schema: ChatWordsPolicy,
    defaults: { usesStarter: true, refuse: [], author: [], hold: [], allow: [] },
  },
  /** When figures are alarms. */
  "alarm-rules": { schema: AlarmRulesPolicy, defaults: ALARM_RULE_DEFAULTS },
  "phone-change": { schema: PhoneChangePolicy, defaults: { payoutHoldDays: 3 } },
  /** After how many days what ran out is removed, and guests who left no trace. */
  retention: {
    schema: RetentionPolicy,
    defaults: { codesDays: 1, sessionsDays: 30, guestsDays: 90, chatDays: 365, callbacksDays: 365 },
  },
  /** In the finance database. */
  withdrawal: {
    schema: WithdrawalPolicy,
    defaults: {
      minimumFen: 100,
      dailyMaxFen: 20_000_000,
      approvalThresholdFen: 100_000,
      monthThresholdFen: 500_000,
      newAccountThresholdFen: 20_000,
      holdingHours: 24,
      accountCodeRequired: true,
    },
    // Whoever looks around wants to see money come and go at once.
    demo: { newAccountThresholdFen: 100_000, holdingHours: 0, accountCodeRequired: false },
  },
  /** In the finance database. How often analytics counts by itself. */
  "analytics-schedule": { schema: SchedulePolicy, defaults: { everyMinutes: 120 } },
  /** In the finance database. */
  "analytics-tiers": { schema: TierPolicy, defaults: { highTopPercent: 20, midTopPercent: 80 } },
  /** One for each job of the scheduler, as `job:pay-withdrawals`: how often, and whether it is paused. */
  ...JOB_POLICIES,
  /** One for each setting that may change while the platform runs, as `setting:LOG_LEVEL`. */
  ...SETTING_POLICIES,
} as const satisfies Record<string, { schema: z.ZodType; defaults: object; demo?: object }>;

export type PolicyKey = keyof typeof POLICIES;
export type PolicyValue<K extends PolicyKey> = z.infer<(typeof POLICIES)[K]["schema"]>;

/** Modes in which the defaults for a demonstration hold; in any other, also one that is not known here, they do not. */
const DEMO_MODES: ReadonlySet<string> = new Set(["demo", "development"]);

/** What holds by default; without a mode, what holds in production. */
export function policyDefaults<K extends PolicyKey>(key: K, mode?: string): PolicyValue<K> {
  const { defaults, demo }: { defaults: object; demo?: object } = POLICIES[key];
  return { ...defaults, ...(mode && DEMO_MODES.has(mode) ? demo : {}) } as PolicyValue<K>;
}
