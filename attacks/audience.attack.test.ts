import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { openFinanceDb } from "@/db/client";
import { openWallets } from "@/db/live/ledger/accounts";
import { grantCoins } from "@/db/live/ledger/grant-coins";
import { postGifts } from "@/db/live/ledger/post-gifts";
import { arrayLiteral } from "@/db/pg-array";
import type { Audience } from "@/domain/contracts/audience";
import { WEEK_MS, weekStart, wholeWeeksBefore } from "@/domain/rules/audience";
import { bucketOf } from "@/domain/rules/bucket";
import { newTraceId } from "@/platform/observability/trace";
import { newPerson, newPersonAs, newVisitor, type Person, target, withLive } from "./lib/attacker";

const HOUR_MS = 3_600_000;
const weeks = wholeWeeksBefore(Date.now());
const [latest = "", before = ""] = weeks;
let anchor: Person;
let rival: Person;

/** Gifts of a week that is over, without their senders' names, and counted. */
async function giveIn(week: string, anchorId: string, people: number, coins: number) {
  const at = new Date(weekStart(week).getTime() + 30 * HOUR_MS);
  const viewers = Array.from({ length: people }, () => randomUUID());
  await withLive(async (live) => {
    await openWallets(live.sql, viewers);
    for (const userId of viewers) {
      const grant = { userId, bizId: randomUUID(), amountCoins: coins, traceId: newTraceId(), at };
      await grantCoins(live, grant);
    }
    await live.sql`
      INSERT INTO person_facts (user_id, valid_from, gender)
      SELECT id, '2020-01-01', CASE WHEN n <= 3 THEN 'other' ELSE 'female' END
      FROM unnest(${arrayLiteral(viewers)}::uuid[]) WITH ORDINALITY AS v (id, n)`;
    await postGifts(
      live.sql,
      viewers.map((senderId) => ({
        bucket: bucketOf(senderId),
        giftOrderId: randomUUID(),
        senderId,
        senderName: "",
        roomId: randomUUID(),
        sessionId: randomUUID(),
        anchorId,
        giftId: "rose",
        count: 1,
        priceCoins: coins,
        comboId: null,
        anonymous: true,
        traceId: newTraceId(),
        sentAt: at.toISOString(),
      })),
    );
  });
}

beforeAll(async () => {
  [anchor, rival] = await Promise.all([newPersonAs("anchor"), newPersonAs("anchor")]);
  await giveIn(latest, anchor.userId, 11, 7);
  await giveIn(before, anchor.userId, 4, 1_000);
  const [given] = await withLive((live) => live.sql<{ at: Date }[]>`SELECT clock_timestamp() AS at`);
  const operator = await newPersonAs("operator");
  const finance = openFinanceDb(target.financeUrl, { poolMax: 1, applicationName: "attacks" });
  try {
    await vi.waitFor(
      async () => {
        const [job] = await finance.sql<{ at: Date | null }[]>`SELECT counted_to AS at FROM analytics_job`;
        if (job?.at && given && job.at >= given.at) return;
        // One that is under way may have begun before the gifts: it is asked for until one has them.
        await operator.client.mutate("analytics.run", { reason: "attack" });
        throw new Error("The gifts are not counted yet.");
      },
      { timeout: 60_000, interval: 1_000 },
    );
  } finally {
    await finance.close();
  }
});

const ask = (person: Person, input?: unknown) => person.client.query<Audience>("analytics.audience", input);

describe("an audience", () => {
  it("is shown to nobody but its anchor", async () => {
    const guest = newVisitor();
    await guest.signInAsGuest();
    const [viewer, operator] = await Promise.all([newPerson(), newPersonAs("operator")]);
    for (const client of [newVisitor(), guest, viewer.client, operator.client]) {
      const { error } = await client.query("analytics.audience", { week: latest });
      expect(["UNAUTHENTICATED", "FORBIDDEN"]).toContain(error?.name);
      const { status } = await client.fetch(`/api/export/audience.csv?week=${latest}`);
      expect([401, 403]).toContain(status);
    }
    for (const name of ["analytics.tips", "analytics.profiles", "analytics.runs"]) {
      expect((await anchor.client.query(name, {})).error?.name).toBe("FORBIDDEN");
    }
    expect((await anchor.client.query("analytics.viewer", { userId: rival.userId })).error?.name).toBe(
      "NOT_FOUND",
    );
  });

  it("cannot be asked for in another anchor's name", async () => {
    const own = (await ask(rival, { week: latest })).data;
    expect(own.figures?.givers).toMatchObject({ people: 0, amount: null });
    for (const name of ["anchorId", "userId", "roomId", "anchorIds"]) {
      const { data } = await ask(rival, { week: latest, [name]: anchor.userId });
      expect(data).toEqual(own);
      const response = await rival.client.fetch(
        `/api/export/audience.csv?week=${latest}&${name}=${anchor.userId}`,
      );
      expect(await response.text()).not.toContain("female");
    }
  });

  it("tells nothing of fewer than five, by itself or by what the others leave", async () => {
    const { data } = await ask(anchor, { week: latest });
    expect(data.figures?.givers).toMatchObject({ people: 10, amount: 77 });
    // Three of eleven are hidden, and there is nobody to stand with them but the eight.
    expect(data.figures?.givers.splits.gender).toEqual({ groups: [], rest: null });
    const few = (await ask(anchor, { week: before })).data;
    expect(few.figures?.givers).toMatchObject({ people: 0, amount: null });
    expect(JSON.stringify(few.figures)).not.toContain("4000");
    const csv = await (await anchor.client.fetch(`/api/export/audience.csv?week=${latest}`)).text();
    expect(csv).not.toMatch(/other,|female,/);
  });

  it("has no time but whole weeks, and no two answers of one", async () => {
    const { data } = await ask(anchor, { week: latest });
    const day = (days: number) =>
      new Date(Date.parse(latest) + days * 24 * HOUR_MS).toISOString().slice(0, 10);
    for (const week of [day(1), day(-1), day(7), day(-7 * weeks.length), `${latest}T00:00:00Z`]) {
      expect((await ask(anchor, { week })).error?.name).toBe("INVALID_INPUT");
      const { status } = await anchor.client.fetch(
        `/api/export/audience.csv?week=${encodeURIComponent(week)}`,
      );
      expect(status).toBe(400);
    }
    const range = {
      from: `${day(0)}T00:00:00Z`,
      to: `${day(1)}T00:00:00Z`,
      groupBy: ["gender"],
      gender: "female",
    };
    expect((await ask(anchor, { week: latest, ...range })).data).toEqual(data);
    // One more who is of the hidden: what is shown stays.
    await giveIn(latest, anchor.userId, 1, 500);
    expect((await ask(anchor, { week: latest })).data).toEqual(data);
  });
});

describe("a table", () => {
  it("is text to a spreadsheet, whatever people call themselves", async () => {
    const [named, operator] = await Promise.all([newPersonAs("anchor"), newPersonAs("operator")]);
    // Nicknames are bounded by characters, not by what a spreadsheet would do with them.
    const { error } = await named.client.mutate("me.updateProfile", { nickname: "=1+1" });
    expect(error).toBeUndefined();
    await giveIn(latest, named.userId, 5, 3);
    const query = new URLSearchParams({
      from: weekStart(latest).toISOString(),
      to: new Date(weekStart(latest).getTime() + WEEK_MS).toISOString(),
      groupBy: "anchor",
      anchorIds: named.userId,
    });
    const csv = await (await operator.client.fetch(`/api/export/analytics.csv?${query}`)).text();
    expect(csv).toContain(`${named.userId},'=1+1,5,15,`);
    for (const line of csv.slice(1).split("\r\n")) expect(line).not.toMatch(/(^|,)"?[=+@\t\r-]/);
  });
});
