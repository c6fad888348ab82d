import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { readAnalyticsPlaces } from "@/db/finance/queries/analytics-cells";
import { takeJob } from "@/db/finance/queries/analytics-job";
import { postGifts } from "@/db/live/ledger/post-gifts";
import { insertRefund } from "@/db/live/queries/gift-refunds";
import { addPersonFacts } from "@/db/live/queries/person-facts";
import { tamper } from "@/db/testing/tamper";
import { TIPS_KEYS, type TipsInput, type TipsKey, type TipsRow } from "@/domain/contracts/analytics";
import { dayOf, weekOf } from "@/domain/rules/calendar";
import { GENDERS } from "@/domain/rules/person-facts";
import { newTraceId } from "@/platform/observability/trace";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
  userInBucket,
} from "@/server/testing/money-harness";
import { checkInvariants } from "../audit/check-invariants";
import { reconcileAnalytics } from "../restore/reconcile-analytics";
import { ContradictedCursorError } from "../restore/require-own-feed";
import { countGifts } from "./count-gifts";
import { getProfiles, getViewerProfile } from "./get-profiles";
import { getTips } from "./get-tips";
import { getAnalyticsRuns, requestAnalyticsRun, setAnalyticsSchedule } from "./manage-runs";
import { runAnalytics } from "./run-analytics";
import { setTierPolicy } from "./tier-policy";

let harness: MoneyHarness;
const anchors = [randomUUID(), randomUUID(), randomUUID()];
let viewers: string[];
beforeAll(async () => {
  harness = await startMoneyHarness();
  viewers = [0, 0, 1, 2, 3].map(userInBucket);
  for (const viewer of viewers) await openWallet(harness.resources, viewer, 10_000_000);
});
afterAll(() => harness?.close());
// Whatever was cut off or taken over, what is counted is what was given.
afterEach(async () => {
  const results = await checkInvariants(harness.resources);
  const broken = results.filter(({ breaches }) => breaches.length > 0);
  if (broken.length > 0) throw new Error(JSON.stringify(broken));
});

const LEASE_MS = 60_000;
const HOUR_MS = 3_600_000;
const operator = () => callBy(harness.resources, randomUUID(), "operator");
const live = () => harness.resources.live;
const finance = () => harness.resources.finance;
const run = (batchGifts = 1_000) => runAnalytics(harness.resources, "one", { leaseMs: LEASE_MS, batchGifts });
const askForRun = () => requestAnalyticsRun(operator(), { reason: "test" });
const expireLease = () => finance().sql`UPDATE analytics_job SET lease_until = 'epoch'`;
const send = (viewer: number, facts: Parameters<typeof giftEntry>[1] = {}) =>
  postGifts(live().sql, [giftEntry(viewers[viewer] as string, { anchorId: anchors[0], ...facts })]);
/** A worker that dies after `batches` batches: it says nothing and lets go of nothing. */
async function dieAfter(batches: number, batchGifts: number): Promise<void> {
  const hold = await takeJob(finance(), { holder: "dead", leaseMs: LEASE_MS, everyMs: HOUR_MS });
  if (!hold) return;
  let left = batches;
  const onBatch = () => {
    left -= 1;
    if (left <= 0) throw new Error("killed");
  };
  if (batches > 0) {
    await countGifts(harness.resources, hold, { leaseMs: LEASE_MS, batchGifts, onBatch }).catch(
      (error: Error) => expect(error.message).toBe("killed"),
    );
  }
  await expireLease();
}

interface Given {
  sentAtMs: number;
  anchorId: string;
  viewerId: string;
  coins: number;
  anchorGender: string;
  viewerGender: string;
}

/** Every gift that was not refunded, each looked up by itself: what all figures have to come from. */
async function listGiven(): Promise<Given[]> {
  return await live().sql<Given[]>`
    SELECT (extract(epoch FROM r.sent_at) * 1000)::float8 AS "sentAtMs", r.anchor_id AS "anchorId",
      r.sender_id AS "viewerId", r.total_coins::float8 AS coins,
      coalesce((SELECT gender FROM person_facts f WHERE f.user_id = r.anchor_id AND f.valid_from <= r.sent_at
        ORDER BY valid_from DESC LIMIT 1), 'unsaid') AS "anchorGender",
      coalesce((SELECT gender FROM person_facts f WHERE f.user_id = r.sender_id AND f.valid_from <= r.sent_at
        ORDER BY valid_from DESC LIMIT 1), 'unsaid') AS "viewerGender"
    FROM gift_records r WHERE NOT EXISTS (
      SELECT 1 FROM gift_refunds x WHERE x.gift_order_id = r.gift_order_id AND x.sender_id = r.sender_id)`;
}

const KEY_OF: Record<TipsKey, (gift: Given) => string> = {
  hour: ({ sentAtMs }) => new Date(Math.floor(sentAtMs / HOUR_MS) * HOUR_MS).toISOString(),
  day: ({ sentAtMs }) => dayOf(sentAtMs),
  week: ({ sentAtMs }) => weekOf(sentAtMs),
  anchor: ({ anchorId }) => anchorId,
  anchorGender: ({ anchorGender }) => anchorGender,
  viewerGender: ({ viewerGender }) => viewerGender,
};

function sumPlainly(given: readonly Given[], input: TipsInput): Map<string, string> {
  const groups = new Map<string, { gifts: number; coins: number; viewers: Set<string> }>();
  for (const gift of given) {
    const isMeant =
      gift.sentAtMs >= Date.parse(input.from) &&
      gift.sentAtMs < Date.parse(input.to) &&
      (!input.anchorIds || input.anchorIds.includes(gift.anchorId)) &&
      (!input.anchorGender || input.anchorGender === gift.anchorGender) &&
      (!input.viewerGender || input.viewerGender === gift.viewerGender);
    if (!isMeant) continue;
    const key = input.groupBy.map((name) => KEY_OF[name](gift)).join("|");
    const group = groups.get(key) ?? { gifts: 0, coins: 0, viewers: new Set() };
    group.gifts += 1;
    group.coins += gift.coins;
    groups.set(key, { ...group, viewers: group.viewers.add(gift.viewerId) });
  }
  return new Map(
    [...groups].map(([key, { gifts, coins, viewers: who }]) => [key, `${gifts}/${coins}/${who.size}`]),
  );
}

const asMap = (rows: readonly TipsRow[], keys: readonly TipsKey[]) =>
  new Map(
    rows.map((row) => [keys.map((key) => row[key]).join("|"), `${row.gifts}/${row.coins}/${row.viewers}`]),
  );

async function expectPlain(input: TipsInput): Promise<void> {
  const tips = await getTips(harness.resources, input);
  expect(tips.isCurrent).toBe(true);
  const given = await listGiven();
  expect(asMap(tips.rows, input.groupBy)).toEqual(sumPlainly(given, input));
  const total = sumPlainly(given, { ...input, groupBy: [] }).get("") ?? "0/0/0";
  expect(`${tips.total.gifts}/${tips.total.coins}/${tips.total.viewers}`).toBe(total);
}

const now = Date.now();
const toHour = (offset: number) => new Date(Math.floor(now / HOUR_MS + offset) * HOUR_MS).toISOString();
const anyFilter: fc.Arbitrary<TipsInput> = fc.record({
  from: fc.integer({ min: -240, max: -1 }).map(toHour),
  to: fc.integer({ min: 0, max: 2 }).map(toHour),
  groupBy: fc.subarray([...TIPS_KEYS]),
  anchorIds: fc.option(fc.subarray(anchors, { minLength: 1 }), { nil: undefined }),
  anchorGender: fc.option(fc.constantFrom(...GENDERS), { nil: undefined }),
  viewerGender: fc.option(fc.constantFrom(...GENDERS), { nil: undefined }),
});

type Step =
  | { do: "send"; viewer: number; anchor: number; agoHours: number; coins: number }
  | { do: "gender"; who: number; gender: (typeof GENDERS)[number] }
  | { do: "refund"; pick: number }
  | { do: "run"; batchGifts: number }
  | { do: "die"; batches: number };
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      viewer: fc.nat(4),
      anchor: fc.nat(2),
      agoHours: fc.constantFrom(0, 0, 0, 1, 5, 30, 200),
      coins: fc.integer({ min: 1, max: 50 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("gender" as const),
      who: fc.nat(7),
      gender: fc.constantFrom(...GENDERS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("refund" as const), pick: fc.nat(1_000) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("run" as const), batchGifts: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("die" as const), batches: fc.nat(3) }) },
);

async function take(step: Step): Promise<void> {
  switch (step.do) {
    case "send": {
      const sentAt = new Date(Date.now() - step.agoHours * HOUR_MS).toISOString();
      await send(step.viewer, { anchorId: anchors[step.anchor], priceCoins: step.coins, sentAt });
      return;
    }
    case "gender": {
      const userId = [...viewers, ...anchors][step.who] as string;
      await addPersonFacts(live(), userId, { gender: step.gender });
      return;
    }
    case "refund": {
      const rows = await live().sql<{ gift_order_id: string; sender_id: string }[]>`
        SELECT gift_order_id, sender_id FROM gift_records ORDER BY bucket, seq`;
      const gift = rows[step.pick % Math.max(1, rows.length)];
      if (!gift) return;
      await insertRefund(live(), {
        senderId: gift.sender_id,
        giftOrderId: gift.gift_order_id,
        refundId: randomUUID(),
        reason: "test",
        actorId: randomUUID(),
        traceId: newTraceId(),
      });
      return;
    }
    case "run":
      await askForRun();
      await expireLease();
      expect(await run(step.batchGifts)).toBe("done");
      return;
    case "die":
      await askForRun();
      await dieAfter(step.batches, 2);
  }
}

describe("figures", () => {
  it("are those of a plain query over all gifts, whatever was counted, cut off, refunded or said meanwhile", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyStep, { minLength: 4, maxLength: 14 }),
        fc.array(anyFilter, { minLength: 2, maxLength: 3 }),
        async (steps, filters) => {
          for (const step of steps) await take(step);
          for (const filter of filters) await expectPlain(filter);
        },
      ),
      { numRuns: 8 },
    );
    await askForRun();
    await expireLease();
    expect(await run()).toBe("done");
    const [latest] = (await getAnalyticsRuns(operator(), {})).items;
    expect(latest).toMatchObject({ status: "done", checksumOk: true });
    expect(latest?.checksum).toMatchObject({ coins: latest?.checksum?.ledgerCoins });
  }, 60_000);

  it("count a gift that commits late under its hour, and what was not said of its sender stays unsaid", async () => {
    const late = new Date(Date.now() - 50 * HOUR_MS).toISOString();
    const hour = { from: late, to: new Date(Date.parse(late) + 1).toISOString() };
    await addPersonFacts(live(), viewers[4] as string, { gender: "other" });
    await run();
    await send(4, { priceCoins: 77, sentAt: late });
    await askForRun();
    expect(await run()).toBe("done");
    const { rows } = await getTips(harness.resources, { ...hour, groupBy: ["hour", "viewerGender"] });
    expect(rows).toContainEqual(expect.objectContaining({ viewerGender: "unsaid", coins: 77 }));
  });

  it("that are asked for in a wrong way are refused with the field, and nothing is read", async () => {
    const ask = (input: Partial<TipsInput>) =>
      getTips(harness.resources, { from: toHour(-1), to: toHour(0), groupBy: [], ...input });
    await expect(ask({ from: toHour(1), to: toHour(0) })).rejects.toMatchObject({ details: { field: "to" } });
    await expect(ask({ from: "2016-01-01T00:00:00Z", to: toHour(0) })).rejects.toMatchObject({
      details: { field: "from" },
    });
    expect(await ask({ from: toHour(100), to: toHour(200) })).toMatchObject({
      rows: [],
      total: { gifts: 0 },
    });
    const unknown = randomUUID();
    expect(await ask({ anchorIds: [unknown] })).toMatchObject({ rows: [], unknownAnchorIds: [unknown] });
  });
});

describe("the job", () => {
  it("is done by one worker, and by the other when the first is gone, and nothing is counted twice", async () => {
    for (let i = 0; i < 6; i++) await send(i % 3);
    await askForRun();
    const hold = await takeJob(finance(), { holder: "first", leaseMs: LEASE_MS, everyMs: HOUR_MS });
    expect(hold).not.toBeNull();
    expect(await run()).toBe("nothing");
    // The first stands still for longer than its lease, half way.
    let others: Promise<unknown> | undefined;
    const onBatch = async () => {
      others ??= expireLease().then(() => run());
      await others;
    };
    const first = countGifts(harness.resources, hold as NonNullable<typeof hold>, {
      leaseMs: LEASE_MS,
      batchGifts: 2,
      onBatch,
    }).catch((error: unknown) => error);
    await first;
    expect(await others).toBe("done");
    await expect(
      countGifts(harness.resources, hold as NonNullable<typeof hold>, { leaseMs: LEASE_MS, batchGifts: 2 }),
    ).resolves.toEqual([]);
    await send(0);
    await expect(
      countGifts(harness.resources, hold as NonNullable<typeof hold>, { leaseMs: LEASE_MS, batchGifts: 2 }),
    ).rejects.toThrow("taken the analytics job over");
    const [latest] = (await getAnalyticsRuns(operator(), {})).items;
    expect(latest).toMatchObject({ status: "done", takeovers: 1, node: "one" });
  });

  it("turns red and raises an alarm when its tables are not what the ledger says", async () => {
    await run();
    const change = (by: string) =>
      tamper(
        harness.financeOwnerUrl,
        `UPDATE gift_hour_viewers h SET coins = h.coins ${by}
         FROM (SELECT * FROM gift_hour_viewers ORDER BY 1, 2, 3, 4 LIMIT 1) AS one
         WHERE (h.day, h.hour, h.anchor_gender, h.viewer_gender)
           = (one.day, one.hour, one.anchor_gender, one.viewer_gender)`,
      );
    await change("+ 1");
    await askForRun();
    expect(await run()).toBe("differs");
    expect((await getAnalyticsRuns(operator(), {})).items[0]).toMatchObject({
      status: "differs",
      checksumOk: false,
    });
    const alarms = await live().sql`SELECT 1 FROM alarms WHERE kind = 'analytics.differs'`;
    expect(alarms).toHaveLength(1);
    const found = (await checkInvariants(harness.resources)).find(({ key }) => key === "analytics");
    expect(found?.breaches).toHaveLength(1);
    await change("- 1");
  });

  it("runs as often as the database says from the next look on, and at once when it is asked to", async () => {
    await run();
    expect(await run()).toBe("nothing");
    const { runId } = await askForRun();
    expect((await askForRun()).runId).toBe(runId);
    expect(await run()).toBe("done");
    await finance().sql`UPDATE analytics_runs SET created_at = created_at - interval '2 minutes'`;
    expect(await run()).toBe("nothing");
    await setAnalyticsSchedule(operator(), { everyMinutes: 1, reason: "test" });
    expect(await run()).toBe("done");
    await setAnalyticsSchedule(operator(), { everyMinutes: 120, reason: "test" });
    const rows = await finance()
      .sql`SELECT 1 FROM operator_actions WHERE reason = 'test' AND action = 'policy.write'`;
    expect(rows).toHaveLength(2);
  });

  it("stops where its cursor is of another past, and counts anew once the stores are reconciled", async () => {
    await send(1);
    await askForRun();
    await run();
    expect(await reconcileAnalytics(harness.resources)).toBe(false);
    const { buckets } = await readAnalyticsPlaces(finance());
    const [bucket] = [...buckets].find(([, { seq }]) => seq > 0) ?? [];
    await tamper(
      harness.financeOwnerUrl,
      `UPDATE analytics_cursors SET last_gift = 'another' WHERE bucket = ${bucket}`,
    );
    await askForRun();
    await expect(run()).rejects.toThrow(ContradictedCursorError);
    expect((await getAnalyticsRuns(operator(), {})).items[0]?.error).toContain("a database was restored");
    expect(await reconcileAnalytics(harness.resources)).toBe(true);
    expect(await run()).toBe("done");
  });
});

describe("tiers", () => {
  it("are those of a full sort, equal spenders share one, and a change leaves a row", async () => {
    const people = Array.from({ length: 20 }, () => randomUUID());
    const coins = [1, 1, 1, 1, 2, 2, 3, 5, 8, 8, 8, 8, 13, 21, 34, 55, 55, 55, 89, 100_000];
    for (const [i, id] of people.entries()) {
      await openWallet(harness.resources, id, 200_000);
      await postGifts(live().sql, [giftEntry(id, { anchorId: anchors[1], priceCoins: coins[i] })]);
    }
    await askForRun();
    expect(await run()).toBe("done");
    const { items, tiers } = await getProfiles(operator(), { limit: 100 });
    const given = new Map<string, number>();
    for (const gift of await listGiven())
      given.set(gift.viewerId, (given.get(gift.viewerId) ?? 0) + gift.coins);
    const sorted = [...given.values()].sort((one, other) => other - one);
    const high = sorted[Math.ceil(sorted.length * 0.2) - 1] as number;
    const mid = sorted[Math.ceil(sorted.length * 0.8) - 1] as number;
    expect(items).toHaveLength(given.size);
    for (const { userId, coins: sum, percentile, tier } of items) {
      expect(sum).toBe(given.get(userId));
      expect(tier).toBe(sum >= high ? "high" : sum >= mid ? "mid" : "low");
      const less = sorted.filter((other) => other < sum).length;
      expect(percentile).toBeCloseTo(less / (sorted.length - 1), 10);
    }
    expect(tiers.find(({ tier }) => tier === "high")?.cutoffCoins).toBe(high);
    // Whoever gives more rises, and who never gave is in none.
    const poor = people[0] as string;
    await postGifts(live().sql, [giftEntry(poor, { anchorId: anchors[1], priceCoins: 150_000 })]);
    await askForRun();
    await run();
    const profile = await getViewerProfile(callBy(harness.resources, poor), { userId: poor });
    expect(profile).toMatchObject({ tier: "high", windows: { "30d": { tier: "high" } } });
    expect(profile.changes.map(({ toTier }) => toTier)).toContain("high");
    const nobody = randomUUID();
    expect(await getViewerProfile(callBy(harness.resources, nobody), { userId: nobody })).toMatchObject({
      tier: "none",
      changes: [],
    });
    await expect(
      getViewerProfile(callBy(harness.resources, nobody, "anchor"), { userId: poor }),
    ).rejects.toMatchObject({ bizName: "NOT_FOUND" });
  });

  it("go by the policy from the next run on", async () => {
    await setTierPolicy(operator(), { highTopPercent: 5, midTopPercent: 10, reason: "test" });
    await askForRun();
    await run();
    const { tiers } = await getProfiles(operator(), { window: "30d" });
    expect(tiers.find(({ tier }) => tier === "low")?.viewers).toBeGreaterThan(
      tiers.find(({ tier }) => tier === "high")?.viewers ?? 0,
    );
  });
});
