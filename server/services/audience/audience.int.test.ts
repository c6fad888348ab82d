import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { postGifts } from "@/db/live/ledger/post-gifts";
import { insertRefund } from "@/db/live/queries/gift-refunds";
import { addPersonFacts } from "@/db/live/queries/person-facts";
import type { Audience } from "@/domain/contracts/audience";
import { WEEK_MS, weekStart, wholeWeeksBefore } from "@/domain/rules/audience";
import { newTraceId } from "@/platform/observability/trace";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openAnchor,
  openWallet,
  startMoneyHarness,
} from "@/server/testing/money-harness";
import { requestAnalyticsRun } from "../analytics/manage-runs";
import { runAnalytics } from "../analytics/run-analytics";
import { exportAudience } from "./export-audience";
import { getAudience } from "./get-audience";

let harness: MoneyHarness;
const HOUR_MS = 3_600_000;
const weeks = wholeWeeksBefore(Date.now());
const [latest = "", before = "", longBefore = ""] = weeks;
/** Ten o'clock on the Wednesday of a week, by the platform's calendar. */
const wednesday = (week: string) => new Date(weekStart(week).getTime() + 58 * HOUR_MS);
const year = Number(latest.slice(0, 4));
const live = () => harness.resources.live.sql;

beforeAll(async () => {
  harness = await startMoneyHarness();
});
afterAll(() => harness?.close());

interface Said {
  gender: "female" | "male" | "other";
  birthYear?: number;
  region?: string;
}

/** Somebody with coins who had said this before the weeks of these tests. */
async function newViewer(said?: Said): Promise<string> {
  const userId = randomUUID();
  await openWallet(harness.resources, userId, 1_000);
  if (said) {
    const { gender, birthYear = null, region = null } = said;
    await live()`
      INSERT INTO person_facts (user_id, valid_from, gender, birth_year, region)
      VALUES (${userId}, '2020-01-01', ${gender}, ${birthYear}, ${region})`;
  }
  return userId;
}
const newViewers = (count: number, said?: Said) =>
  Promise.all(Array.from({ length: count }, () => newViewer(said)));

async function give(anchorId: string, viewers: readonly string[], coins: number, at: Date) {
  const entries = viewers.map((viewer) =>
    giftEntry(viewer, { anchorId, priceCoins: coins, sentAt: at.toISOString(), anonymous: true }),
  );
  await postGifts(live(), entries);
  return entries;
}

async function count() {
  await requestAnalyticsRun(callBy(harness.resources, randomUUID(), "operator"), { reason: "test" });
  await runAnalytics(harness.resources, "one", { leaseMs: 60_000, batchGifts: 1_000 });
}

/** A room with a stream of two hours of a week, or one that still goes on. */
async function stream(anchorId: string, week: string, isOver = true): Promise<string> {
  const [sessionId, startedAt] = [randomUUID(), wednesday(week)];
  await live()`INSERT INTO rooms (id, anchor_id, title, category) VALUES (${randomUUID()}, ${anchorId}, 'T', 'c') ON CONFLICT DO NOTHING`;
  await live()`
    INSERT INTO room_sessions (id, room_id, title, started_at, ended_at, peak_viewers, visits_counted)
    SELECT ${sessionId}, id, 'T', ${startedAt}, ${isOver ? new Date(startedAt.getTime() + 2 * HOUR_MS) : null}, 7, ${isOver}
    FROM rooms WHERE anchor_id = ${anchorId}`;
  return sessionId;
}

async function watch(sessionId: string, visitors: readonly string[], minutes: number, isGuest = false) {
  for (const visitor of visitors) {
    await live()`
      INSERT INTO visits (session_id, visitor_id, is_guest, entered_at, left_at, watched_ms)
      VALUES (${sessionId}, ${visitor}, ${isGuest}, now(), now(), ${minutes * 60_000})`;
  }
}

const ask = (anchorId: string, week?: string) =>
  getAudience(callBy(harness.resources, anchorId, "anchor"), week ? { week } : undefined);
const groupsOf = ({ groups, rest }: { groups: unknown[]; rest: unknown }) => ({ groups, rest });
const ready = (answer: Audience) => {
  expect(answer.state).toBe("ready");
  if (!answer.figures) throw new Error("no figures");
  return answer.figures;
};

describe("who gave", () => {
  it("stands in groups of five and more, and in no difference of two figures", async () => {
    const anchorId = await openAnchor(harness.resources);
    const women = await newViewers(7, { gender: "female", birthYear: year - 30, region: "CN-GD" });
    const men = await newViewers(6, { gender: "male", birthYear: year - 46, region: "CN-SH" });
    const [other = ""] = await newViewers(1, { gender: "other", birthYear: year - 21, region: "SG" });
    await give(anchorId, women, 10, wednesday(latest));
    await give(anchorId, [...men, other], 3, new Date(wednesday(latest).getTime() + HOUR_MS));
    // Two of them were here before; a week before that range does not count.
    await give(anchorId, women.slice(0, 2), 1, wednesday(before));
    await count();
    const { givers } = ready(await ask(anchorId));
    expect(givers).toMatchObject({ people: 10, amount: 91 });
    // One person is hidden, and the men with them: what is left over is seven people.
    const split = { groups: [{ people: 5, amount: 70 }], rest: { people: 5, amount: 21 } };
    expect(groupsOf(givers.splits.gender)).toMatchObject(split);
    expect(givers.splits.gender.groups[0]?.key).toBe("female");
    expect(groupsOf(givers.splits.region)).toMatchObject(split);
    expect(groupsOf(givers.splits.age)).toMatchObject(split);
    // Two returned: the twelve others would tell of them.
    expect(groupsOf(givers.splits.seen)).toEqual({ groups: [], rest: null });
    expect(givers.splits.hour.groups).toEqual([
      { key: "10", people: 5, amount: 70 },
      { key: "11", people: 5, amount: 21 },
    ]);
    expect(givers.splits.weekday.groups).toEqual([{ key: "03", people: 10, amount: 91 }]);
    // Fewer than five gave in the week before.
    expect(ready(await ask(anchorId, before)).givers).toMatchObject({
      people: 0,
      amount: null,
      splits: { gender: { groups: [], rest: null }, hour: { groups: [], rest: null } },
    });
  });

  it("stays as it was shown, whatever is refunded, said or given afterwards", async () => {
    const anchorId = await openAnchor(harness.resources);
    const women = await newViewers(6, { gender: "female" });
    const men = await newViewers(6, { gender: "male" });
    const [gift] = await give(anchorId, women, 5, wednesday(latest));
    await give(anchorId, men, 5, wednesday(latest));
    await count();
    const first = await ask(anchorId);
    expect(ready(first).givers.splits.gender.groups).toHaveLength(2);
    const { giftOrderId = "", senderId = "" } = gift ?? {};
    await insertRefund(harness.resources.live, {
      giftOrderId,
      senderId,
      refundId: randomUUID(),
      actorId: randomUUID(),
      reason: "test",
      traceId: newTraceId(),
    });
    await addPersonFacts(harness.resources.live, men[0] ?? "", { gender: "other" });
    await give(anchorId, await newViewers(1), 9, wednesday(latest));
    await count();
    expect(await ask(anchorId)).toEqual(first);
    expect(await ask(anchorId, latest)).toEqual(first);
  });

  it("is nobody of another anchor's", async () => {
    const [mine, theirs] = await Promise.all([openAnchor(harness.resources), openAnchor(harness.resources)]);
    await give(theirs, await newViewers(8), 5, wednesday(latest));
    await count();
    expect(ready(await ask(theirs)).givers.people).toBe(5);
    expect(ready(await ask(mine)).givers).toMatchObject({ people: 0, amount: null });
  });
});

describe("who watched", () => {
  it("is counted over all streams of the week, guests for themselves, without the anchor", async () => {
    const anchorId = await openAnchor(harness.resources);
    const [old, first, second] = [
      await stream(anchorId, before),
      await stream(anchorId, latest),
      await stream(anchorId, latest),
    ];
    const women = await newViewers(6, { gender: "female" });
    const guests = Array.from({ length: 9 }, () => randomUUID());
    await watch(old, [...women, ...guests.slice(0, 4)], 1);
    await watch(first, [...women, anchorId], 10);
    await watch(second, women.slice(0, 3), 10);
    await watch(second, guests, 2, true);
    await count();
    const answer = await ask(anchorId);
    const { watchers } = ready(answer);
    expect(watchers).toMatchObject({ people: 15, amount: (60 + 30 + 18) * 60_000 });
    expect(watchers.splits.gender).toEqual({
      groups: [
        { key: "female", people: 5, amount: 90 * 60_000 },
        { key: "guest", people: 5, amount: 18 * 60_000 },
      ],
      rest: null,
    });
    expect(watchers.splits.seen.groups.map(({ key, people }) => [key, people])).toEqual([
      ["new", 5],
      ["returning", 10],
    ]);
    expect(answer.trend).toHaveLength(weeks.length);
    expect(answer.trend.at(-1)).toEqual({ week: latest, streams: 2, peakViewers: 7, liveMs: 4 * HOUR_MS });
    expect(answer.trend.at(-2)).toMatchObject({ week: before, streams: 1 });
  });
});

describe("a week", () => {
  it("is not shown while a stream of it goes on, or is not counted", async () => {
    const anchorId = await openAnchor(harness.resources);
    const sessionId = await stream(anchorId, before, false);
    await count();
    expect(await ask(anchorId, before)).toMatchObject({ state: "live", figures: null });
    await live()`UPDATE room_sessions SET ended_at = started_at + interval '1 hour' WHERE id = ${sessionId}`;
    expect(await ask(anchorId, before)).toMatchObject({ state: "counting", figures: null });
    await live()`UPDATE room_sessions SET visits_counted = true WHERE id = ${sessionId}`;
    await harness.resources.finance.sql`UPDATE analytics_job SET counted_to = ${wednesday(before)}`;
    expect(await ask(anchorId, before)).toMatchObject({ state: "counting", figures: null });
    await count();
    ready(await ask(anchorId, before));
  });

  it("is one of the last that are over: no day of it, no other time, nothing between two weeks", async () => {
    const anchorId = await openAnchor(harness.resources);
    const shifted = new Date(Date.parse(latest) + 24 * HOUR_MS).toISOString().slice(0, 10);
    const running = new Date(Date.parse(latest) + WEEK_MS).toISOString().slice(0, 10);
    const tooOld = new Date(Date.parse(weeks.at(-1) ?? "") - WEEK_MS).toISOString().slice(0, 10);
    for (const week of [shifted, running, tooOld, "0000-00-00", "9999-12-31"]) {
      await expect(ask(anchorId, week)).rejects.toMatchObject({ bizName: "INVALID_INPUT" });
    }
    for (const week of weeks) ready(await ask(anchorId, week));
  });

  it("is the same for all who ask for the first time at once", async () => {
    const anchorId = await openAnchor(harness.resources);
    await give(anchorId, await newViewers(5), 5, wednesday(longBefore));
    await count();
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(anchorId, longBefore)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(ready(answers[0] as Audience).givers.people).toBe(5);
  });

  it("can be had as a table", async () => {
    const anchorId = await openAnchor(harness.resources);
    await give(anchorId, await newViewers(5, { gender: "female" }), 5, wednesday(latest));
    await count();
    const { pages } = exportAudience(
      callBy(harness.resources, anchorId, "anchor"),
      new URLSearchParams({ week: latest }),
    );
    const rows: unknown[] = [];
    for await (const page of pages) rows.push(...page);
    expect(rows).toContainEqual([latest, "givers", "all", "all", 5, 25, null]);
    expect(rows).toContainEqual([latest, "givers", "gender", "female", 5, 25, null]);
    expect(rows).toContainEqual([latest, "watchers", "all", "all", 0, null, null]);
  });
});
