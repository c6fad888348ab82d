import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listPayoutHolds } from "@/db/finance/queries/payout-holds";
import { decideRestriction, markHeld } from "@/db/live/queries/account-restrictions";
import { applyRestrictions } from "@/db/live/queries/apply-restrictions";
import { placeFreeze } from "@/db/live/queries/freeze-wallet";
import { PLATFORM_ACTOR_ID } from "@/db/operator-actions";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import { tamper } from "@/db/testing/tamper";
import type { PersonDetail, RestrictionAnswer } from "@/domain/contracts/people";
import type { Rain } from "@/domain/contracts/rain";
import type { RoomCard } from "@/domain/contracts/room";
import { newTraceId } from "@/platform/observability/trace";
import { finishBackground } from "@/platform/runtime/background";
import { readRoomEventsAfter } from "@/push/publisher/room-log";
import { demoUserId, seedDemo } from "@/scripts/seed-demo";
import { type ApiAnswer, ApiClient } from "@/testkit/api-client";
import { callBy, giftEntry } from "../../testing/money-harness";
import { startWebHarness, type WebHarness } from "../../testing/web-harness";
import { checkInvariants } from "../audit/check-invariants";
import { debitBatch } from "../gift/debit-batch";
import { keepRains } from "../rain/keep-rains";
import { keepRestrictions, placeMissingHolds } from "./keep-restrictions";
import { restrictAccount } from "./restrict-account";

let databases: TestDatabases;
let redis: TestRedis;
let web: WebHarness;
let other: WebHarness;
let operator: ApiClient;
let viewer: ApiClient;

const SETTINGS = {
  RATE_LIMIT_ANONYMOUS: "100000/10",
  RATE_LIMIT_USER: "100000/10",
  RATE_LIMIT_ROOM_OPEN: "100000/10",
  RATE_LIMIT_RAIN: "100000/1",
  RATE_LIMIT_RAIN_CREATE: "100000/1",
};
const OPERATOR_PHONE = "+8613700000001";
const ANCHOR_PHONE = "+8613900000004";
const VIEWER_PHONE = "+8613800000001";
const anchorId = demoUserId(ANCHOR_PHONE);
const viewerId = demoUserId(VIEWER_PHONE);

const signIn = async (phone: string, harness = web) => {
  const client = new ApiClient(harness.url);
  await client.signInByPhone(phone);
  return client;
};
async function ok<T>(answer: Promise<ApiAnswer<T>>): Promise<T> {
  const { data, error } = await answer;
  expect(error).toBeUndefined();
  return data;
}

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  await seedDemo(databases);
  const services = { ...databases, ...redis };
  [web, other] = await Promise.all([
    startWebHarness(services, SETTINGS),
    startWebHarness(services, SETTINGS),
  ]);
  operator = await signIn(OPERATOR_PHONE);
});
afterAll(async () => {
  await Promise.all([web?.close(), other?.close()]);
  await Promise.all([databases?.drop(), redis?.drop()]);
});

let anchor: ApiClient;
let roomId: string;
const open = (client = anchor) =>
  client.mutate<{ roomId: string }>("room.open", { title: "A room", category: "talk", tags: [] });

/** The anchor and their room as they are before any stop. */
beforeEach(async () => {
  await web.resources.live.sql`UPDATE users SET role = 'anchor' WHERE id = ${anchorId}`;
  [anchor, viewer] = await Promise.all([signIn(ANCHOR_PHONE), signIn(VIEWER_PHONE, other)]);
  roomId = (await ok(open())).roomId;
});
afterEach(async () => {
  await finishBackground();
  for (const userId of [anchorId, viewerId]) {
    const { history } = await ok(operator.query<PersonDetail>("people.get", { userId }));
    for (const { restrictionId, stands } of history) {
      if (stands) await ok(operator.mutate("people.liftRestriction", { restrictionId, reason: "after" }));
    }
  }
  await keepRestrictions(web.resources, 0);
  await endRains();
  // Nobody drains the queue of gifts here.
  const broken = (await checkInvariants(web.resources)).filter(
    ({ key, breaches }) => key !== "queue" && breaches.length > 0,
  );
  if (broken.length > 0) throw new Error(JSON.stringify(broken));
});

async function endRains(): Promise<void> {
  await expect
    .poll(
      async () => {
        await keepRains(web.resources);
        const [row] = await web.resources.live.sql<{ open: number }[]>`
          SELECT count(*)::int AS open FROM rains WHERE status = 'ending' OR announced_status <> status`;
        return row?.open;
      },
      { timeout: 20_000 },
    )
    .toBe(0);
}

const holds = (userId: string) => listPayoutHolds(web.resources.finance.sql, userId, new Date());
const isListed = async (client = viewer) =>
  (await ok(client.query<{ items: RoomCard[] }>("room.list", {}))).items.some(
    (room) => room.roomId === roomId,
  );
const send = (client = viewer) =>
  client.mutate("gift.send", { giftOrderId: randomUUID(), roomId, giftId: "hearts", count: 1 });
const restrict = (userId: string, kind: string, more: object = {}) =>
  operator.mutate<RestrictionAnswer>("people.restrict", { userId, kind, reason: "fraud", ...more });
const isFrozen = async (userId: string) =>
  (await ok(operator.query<PersonDetail>("people.get", { userId }))).wallet?.frozen;
const balanceOf = async (userId: string) =>
  (await ok(operator.query<PersonDetail>("people.get", { userId }))).wallet?.balanceCoins;
const roomEvents = async () => (await readRoomEventsAfter(web.resources.redis, roomId, 0)).events;

async function rain(until: "ready" | "started"): Promise<Rain> {
  const created = await ok(
    anchor.mutate<Rain>("rain.create", {
      budgetCoins: 1_000,
      packetCount: 10,
      durationSeconds: 600,
      claimsPerViewer: 1,
    }),
  );
  const { rainId } = created;
  await ok(anchor.mutate("rain.prepare", { rainId }));
  await expect
    .poll(async () => {
      await keepRains(web.resources);
      return (await ok(anchor.query<Rain>("rain.get", { rainId }))).status;
    })
    .toBe("ready");
  return until === "ready" ? created : await ok(anchor.mutate<Rain>("rain.start", { rainId }));
}
const rainOf = (rainId: string) => ok(operator.query<Rain>("rain.get", { rainId }));

describe("a ban", () => {
  it("ends the session, the room, the rain, spending and payouts of a live anchor, with one audit row", async () => {
    const before = await balanceOf(anchorId);
    const falling = await rain("started");
    const anchorElsewhere = new ApiClient(other.url);
    for (const [name, value] of anchor.cookies) anchorElsewhere.cookies.set(name, value);
    anchorElsewhere.keepsCookies = false;
    expect((await anchorElsewhere.query<object>("session.me")).data).not.toBeNull();
    expect(await isListed()).toBe(true);
    expect((await send()).error).toBeUndefined();

    const answer = await ok(
      operator.mutate<RestrictionAnswer>("people.ban", { userId: anchorId, reason: "stolen cards" }),
    );
    expect(answer.isDone).toBe(true);
    expect(await isListed()).toBe(false);
    expect(await holds(anchorId)).toMatchObject([
      { id: answer.restrictionId, kind: "restriction", reason: "stolen cards", until: null },
    ]);
    await expect.poll(async () => (await send()).error?.name).toBe("ROOM_BANNED");
    for (const client of [anchor, anchorElsewhere]) {
      await expect.poll(async () => (await client.query("session.me")).data ?? null).toBeNull();
    }
    await endRains();
    expect(await rainOf(falling.rainId)).toMatchObject({
      status: "ended",
      endReason: "room_banned",
      refundedCoins: 1_000,
    });
    expect(await balanceOf(anchorId)).toBe(before);
    expect(await isFrozen(anchorId)).toBe(true);
    const names = (await roomEvents()).map((event) => event.event);
    expect(names).toContain("room.closed");
    expect(names).toContain("room.banned");
    const { actions, role, restrictions, history } = await ok(
      operator.query<PersonDetail>("people.get", { userId: anchorId }),
    );
    expect(actions.filter(({ action }) => action === "people.ban")).toMatchObject([
      { reason: "stolen cards", subject: `user:${anchorId}` },
    ]);
    expect({ role, restrictions }).toEqual({ role: "anchor", restrictions: ["signIn"] });
    expect(history[0]).toMatchObject({ restrictionId: answer.restrictionId, stands: true, isDone: true });
  });

  it("lets nobody sign in until it is lifted, which opens no room", async () => {
    await ok(operator.mutate("people.ban", { userId: anchorId, reason: "r" }));
    await expect(signIn(ANCHOR_PHONE)).rejects.toThrow("403");
    await ok(operator.mutate("people.unban", { userId: anchorId, reason: "cleared" }));
    anchor = await signIn(ANCHOR_PHONE);
    expect(await holds(anchorId)).toEqual([]);
    expect(await isFrozen(anchorId)).toBe(false);
    expect(await isListed()).toBe(false);
    expect((await open()).error).toBeUndefined();
  });

  it("leaves no session behind of a sign-in that was let through at the same moment", async () => {
    await ok(operator.mutate("people.ban", { userId: viewerId, reason: "r" }));
    await expect(
      web.resources.live.sql`
        INSERT INTO auth_sessions (id, token, user_id, expires_at)
        VALUES (${randomUUID()}, ${randomUUID()}, ${viewerId}, now() + interval '1 day')`,
    ).rejects.toThrow("a banned person has no sessions");
  });
});

describe("a stop of spending", () => {
  it("fails gifts that were accepted and not yet debited, and costs nothing", async () => {
    const before = await balanceOf(viewerId);
    const entry = giftEntry(viewerId, { priceCoins: 30, roomId, anchorId });
    await ok(restrict(viewerId, "spending"));
    const { gifts } = await debitBatch(web.resources, [
      { id: "1-1", bucket: entry.bucket, item: entry, raw: JSON.stringify(entry) },
    ]);
    expect(gifts).toMatchObject([{ outcome: { status: "failed", reason: "WALLET_FROZEN" } }]);
    expect((await send()).error?.name).toBe("WALLET_FROZEN");
    expect(await balanceOf(viewerId)).toBe(before);
  });

  it("calls off what an anchor has planned, prepared and created, and gives the budget back once", async () => {
    const before = await balanceOf(anchorId);
    const ready = await rain("ready");
    const facts = { budgetCoins: 100, packetCount: 10, durationSeconds: 60 };
    const created = await ok(anchor.mutate<Rain>("rain.create", facts));
    await Promise.all([restrict(anchorId, "spending"), restrict(anchorId, "spending")]);
    await endRains();
    expect(await rainOf(ready.rainId)).toMatchObject({ status: "ended", refundedCoins: 1_000 });
    expect(await rainOf(created.rainId)).toMatchObject({ status: "ended", refundedCoins: 0 });
    expect(await balanceOf(anchorId)).toBe(before);
    const { rainId } = await ok(anchor.mutate<Rain>("rain.create", facts));
    expect((await anchor.mutate("rain.prepare", { rainId })).error?.name).toBe("WALLET_FROZEN");
    expect((await anchor.mutate("rain.prepare", { rainId: created.rainId })).error?.name).toBe(
      "RAIN_STATE_CONFLICT",
    );
    expect((await open()).error?.name).toBe("ROOM_BANNED");
    const grant = { grantId: randomUUID(), anchorId, coins: 100, reason: "r" };
    expect((await operator.mutate("rain.grant", grant)).error?.name).toBe("ROOM_BANNED");
    expect(await holds(anchorId)).toHaveLength(1);
  });

  it("is what freezing a wallet does, and a charge-back's freeze outlives its end", async () => {
    await ok(operator.mutate("wallet.freeze", { userId: anchorId, reason: "r" }));
    expect(await isListed()).toBe(false);
    expect(await holds(anchorId)).toHaveLength(1);
    const paymentId = randomUUID();
    await placeFreeze(web.resources.live.sql, {
      userId: anchorId,
      source: "payment",
      subject: paymentId,
      reason: "taken back",
      actorId: PLATFORM_ACTOR_ID,
      traceId: newTraceId(),
    });
    const { history } = await ok(operator.query<PersonDetail>("people.get", { userId: anchorId }));
    const restrictionId = history.find(({ stands }) => stands)?.restrictionId;
    await ok(operator.mutate("people.liftRestriction", { restrictionId, reason: "r" }));
    expect(await isFrozen(anchorId)).toBe(true);
    expect(await holds(anchorId)).toEqual([]);
    await ok(operator.mutate("wallet.unfreeze", { userId: anchorId, reason: "r" }));
    expect(await isFrozen(anchorId)).toBe(false);
  });
});

describe("restrictions of a kind", () => {
  it("overlap: the longer one holds, and the end of one does not undo the other", async () => {
    const soon = new Date(Date.now() + 60_000).toISOString();
    const short = await ok(restrict(anchorId, "room", { until: soon }));
    const long = await ok(restrict(anchorId, "room", { reason: "worse" }));
    await ok(operator.mutate("people.liftRestriction", { restrictionId: long.restrictionId, reason: "r" }));
    expect((await open()).error?.name).toBe("ROOM_BANNED");
    const stops = await ok(anchor.query("session.stops"));
    expect(stops).toEqual([{ kind: "room", reason: "fraud", until: soon }]);
    // Its time is up.
    await web.resources.live.sql`
      UPDATE account_restrictions SET until = now() - interval '1 second' WHERE id = ${short.restrictionId}`;
    await keepRestrictions(web.resources);
    expect((await open()).error).toBeUndefined();
  });

  it("are one when the same is asked for again, or by the same id, or twice at once", async () => {
    const restrictionId = randomUUID();
    const [first, second] = await Promise.all([
      ok(restrict(anchorId, "payouts", { restrictionId })),
      ok(restrict(anchorId, "payouts", { restrictionId })),
    ]);
    expect([first.restrictionId, second.restrictionId]).toEqual([restrictionId, restrictionId]);
    expect((await ok(restrict(anchorId, "payouts"))).restrictionId).toBe(restrictionId);
    expect(await holds(anchorId)).toHaveLength(1);
    expect((await restrict(viewerId, "payouts", { restrictionId })).error).toMatchObject({
      name: "INVALID_INPUT",
      details: { field: "restrictionId" },
    });
  });

  it("of payouts alone leave the room live and the wallet free", async () => {
    await ok(restrict(anchorId, "payouts"));
    expect(await isListed()).toBe(true);
    expect(await isFrozen(anchorId)).toBe(false);
  });

  it.each([
    [{ kind: "everything" }, "kind"],
    [{ reason: " " }, "reason"],
    [{ until: "2020-01-01T00:00:00.000Z" }, "until"],
  ])("are refused with %j", async (change, field) => {
    const { error } = await operator.mutate("people.restrict", {
      userId: viewerId,
      kind: "room",
      reason: "r",
      ...change,
    });
    expect(error).toMatchObject({ name: "INVALID_INPUT", details: { field } });
  });
});

describe("a restriction whose process dies", () => {
  const decide = async (kind: "signIn" | "spending" = "signIn") => {
    const id = randomUUID();
    await decideRestriction(web.resources.live, {
      id,
      userId: anchorId,
      kind,
      source: "account",
      reason: "r",
      until: null,
      newRole: null,
      actorId: demoUserId(OPERATOR_PHONE),
      traceId: newTraceId(),
      audit: { action: "people.restrict", subject: `user:${anchorId}`, after: {} },
    });
    return id;
  };
  async function expectStopped(id: string): Promise<void> {
    expect(await holds(anchorId)).toMatchObject([{ id }]);
    await expect.poll(isListed).toBe(false);
    await expect.poll(async () => (await anchor.query("session.me")).data ?? null).toBeNull();
    const { history } = await ok(operator.query<PersonDetail>("people.get", { userId: anchorId }));
    expect(history.find(({ restrictionId }) => restrictionId === id)).toMatchObject({ isDone: true });
  }

  it("after deciding: the job does the rest, and nothing is paid before payouts are held", async () => {
    const id = await decide();
    await placeMissingHolds(web.resources);
    expect(await holds(anchorId)).toMatchObject([{ id }]);
    await keepRestrictions(web.resources, 0);
    await expectStopped(id);
  });

  it("after holding payouts", async () => {
    const id = await decide();
    await placeMissingHolds(web.resources);
    await keepRestrictions(web.resources, 0);
    await expectStopped(id);
  });

  it("after holding payouts and before writing that down", async () => {
    const id = await decide();
    await placeMissingHolds(web.resources);
    await web.resources.live.sql`UPDATE account_restrictions SET held_at = NULL WHERE id = ${id}`;
    await keepRestrictions(web.resources, 0);
    await expectStopped(id);
  });

  it("after it came into force and before anybody was told", async () => {
    const id = await decide();
    await placeMissingHolds(web.resources);
    await markHeld(web.resources.live, id);
    await applyRestrictions(web.resources.live, anchorId);
    await keepRestrictions(web.resources, 0);
    await expectStopped(id);
    expect((await roomEvents()).at(-1)?.event).toBe("room.banned");
  });

  it("after it was lifted and before that took effect", async () => {
    const { restrictionId } = await ok(restrict(anchorId, "spending"));
    await web.resources.live.sql`
      UPDATE account_restrictions SET lifted_at = now(), lifted_by = ${demoUserId(OPERATOR_PHONE)} WHERE id = ${restrictionId}`;
    await keepRestrictions(web.resources, 0);
    expect(await holds(anchorId)).toEqual([]);
    expect(await isFrozen(anchorId)).toBe(false);
  });

  it("is not waited for by the room while the database of payouts is away, and holds them when it is back", async () => {
    await tamper(databases.financeOwnerUrl, "ALTER TABLE payout_holds RENAME TO payout_holds_away");
    let answer: RestrictionAnswer;
    try {
      answer = await ok(restrict(anchorId, "signIn"));
      // Nothing is paid while a hold is missing.
      await expect(placeMissingHolds(web.resources)).rejects.toThrow();
    } finally {
      await tamper(databases.financeOwnerUrl, "ALTER TABLE payout_holds_away RENAME TO payout_holds");
    }
    expect(answer.isDone).toBe(false);
    expect(await isListed()).toBe(false);
    await keepRestrictions(web.resources, 0);
    await expectStopped(answer.restrictionId);
  });

  it("and is lifted before its hold was placed leaves none, however late that comes", async () => {
    const id = await decide("spending");
    await ok(operator.mutate("people.liftRestriction", { restrictionId: id, reason: "r" }));
    await placeMissingHolds(web.resources);
    expect(await holds(anchorId)).toEqual([]);
    expect(await isFrozen(anchorId)).toBe(false);
  });
});

describe("a room that opens while its anchor is stopped", () => {
  it("ends closed, whichever comes first", async () => {
    const { live } = web.resources;
    for (let i = 0; i < 10; i++) {
      await ok(anchor.mutate("room.close", { roomId }));
      const actor = callBy(web.resources, demoUserId(OPERATOR_PHONE), "operator");
      const [, { restrictionId }] = await Promise.all([
        open(),
        restrictAccount(actor, { userId: anchorId, kind: "room", reason: `r${i}` }),
      ]);
      const [room] = await live.sql`SELECT current_session_id, banned FROM rooms WHERE id = ${roomId}`;
      expect(room).toEqual({ current_session_id: null, banned: true });
      await ok(operator.mutate("people.liftRestriction", { restrictionId, reason: "r" }));
      await ok(open());
    }
  });
});

describe("room.ban", () => {
  it("closes somebody else's room and keeps it closed, also in a process that starts later", async () => {
    const falling = await rain("started");
    await ok(operator.mutate("room.ban", { roomId, reason: "nudity" }));
    await ok(operator.mutate("room.ban", { roomId, reason: "again" }));
    expect(await isListed()).toBe(false);
    expect((await open()).error?.name).toBe("ROOM_BANNED");
    await endRains();
    expect(await rainOf(falling.rainId)).toMatchObject({ status: "ended", refundedCoins: 1_000 });
    // The anchor may still look at what they earned, and is paid.
    expect((await anchor.query("session.me")).data).toMatchObject({ role: "anchor" });
    expect(await holds(anchorId)).toEqual([]);
    const later = await startWebHarness({ ...databases, ...redis }, SETTINGS);
    try {
      const fan = new ApiClient(later.url);
      for (const [name, value] of viewer.cookies) fan.cookies.set(name, value);
      expect((await send(fan)).error?.name).toBe("ROOM_BANNED");
      const auth = await fan.postJson("/api/push/auth", {
        socket_id: "1.1",
        channel_name: `private-room-${roomId}`,
      });
      expect(auth.status).toBe(403);
    } finally {
      await later.close();
    }
    const found = await ok(
      operator.query<{ items: object[] }>("room.search", { text: roomId, state: "banned" }),
    );
    expect(found.items).toMatchObject([{ roomId, isLive: false, ban: { reason: "nudity", until: null } }]);
    const lifted = await ok(operator.mutate("room.unban", { roomId, reason: "cleared" }));
    expect(lifted).toEqual({ roomId, banned: false });
    expect(await isListed()).toBe(false);
    expect((await open()).error).toBeUndefined();
    const { actions } = await ok(operator.query<PersonDetail>("people.get", { userId: anchorId }));
    const ofRoom = actions.filter(({ subject }) => subject === `room:${roomId}`);
    expect(ofRoom.slice(0, 2).map(({ action, reason }) => [action, reason])).toEqual([
      ["room.unban", "cleared"],
      ["room.ban", "nudity"],
    ]);
  });

  it("lasts as long as the longest that was said, whatever is said afterwards", async () => {
    const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const ban = (until?: string) => ok(operator.mutate("room.ban", { roomId, reason: "nudity", until }));
    const standing = async () => {
      const { history } = await ok(operator.query<PersonDetail>("people.get", { userId: anchorId }));
      return history.filter(({ stands }) => stands).map(({ until }) => until);
    };
    const [soon, later] = [inHours(1), inHours(2)];
    await ban(soon);
    await ban(later);
    await ban(soon);
    expect(await standing()).toEqual([later, soon]);
    await ban();
    await ban(later);
    expect(await standing()).toEqual([null, later, soon]);
    await ok(operator.mutate("room.unban", { roomId, reason: "after" }));
    expect(await standing()).toEqual([]);
  });

  it("stays while the account is stopped, and says so", async () => {
    await ok(operator.mutate("room.ban", { roomId, reason: "r" }));
    await ok(restrict(anchorId, "spending"));
    expect(await ok(operator.mutate("room.unban", { roomId, reason: "r" }))).toEqual({
      roomId,
      banned: true,
    });
  });

  it("knows no room that there is not", async () => {
    const input = { roomId: randomUUID(), reason: "r" };
    expect((await operator.mutate("room.ban", input)).error?.name).toBe("NOT_FOUND");
    expect((await operator.mutate("room.unban", input)).error?.name).toBe("NOT_FOUND");
  });
});
