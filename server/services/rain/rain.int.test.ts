import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openLiveDb } from "@/db/client";
import { grantCoins } from "@/db/live/ledger/grant-coins";
import { finaliseRain } from "@/db/live/queries/rain-money";
import { findRain, findRainByCode, insertRain } from "@/db/live/queries/rains";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import type { RoomEvent, RoomEventsAfter } from "@/domain/contracts/events";
import type {
  MyRains,
  Rain,
  RainClaims,
  RainGrant,
  RainPacket,
  RainProof,
  RainResult,
  RoomRain,
} from "@/domain/contracts/rain";
import type { RoomCard, RoomDetail } from "@/domain/contracts/room";
import type { WalletBalance } from "@/domain/contracts/wallet";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { commitTo, digestPackets, splitPackets } from "@/domain/rules/split-packets";
import { newTraceId } from "@/platform/observability/trace";
import { openRedis, waitForRedis } from "@/platform/redis/client";
import { peekEra } from "@/platform/redis/era";
import { seedDemo } from "@/scripts/seed-demo";
import { type ApiAnswer, ApiClient } from "@/testkit/api-client";
import { findCachedWallet } from "../../queue/gift-intake";
import { claimQueue } from "../../queue/queues";
import { emptyRedis } from "../../testing/empty-redis";
import { startWebHarness, type WebHarness } from "../../testing/web-harness";
import { checkInvariants } from "../audit/check-invariants";
import { announceStart } from "./announce-rain";
import { creditClaims } from "./credit-claims";
import { keepRains } from "./keep-rains";

let databases: TestDatabases;
let redis: TestRedis;
let web: WebHarness;
let other: WebHarness;
let anchor: ApiClient;
let anchorElsewhere: ApiClient;
let operator: ApiClient;
let viewers: ApiClient[];
let first: ApiClient;
let second: ApiClient;
let third: ApiClient;
let anchorId: string;
let roomId: string;

const SETTINGS = {
  RATE_LIMIT_ANONYMOUS: "100000/10",
  RATE_LIMIT_USER: "100000/10",
  RATE_LIMIT_ROOM_OPEN: "100000/10",
  RATE_LIMIT_CHAT_SEND: "1000/5",
  RATE_LIMIT_RAIN: "100000/1",
  RATE_LIMIT_RAIN_CREATE: "100000/1",
  RATE_LIMIT_RAIN_CLAIM: "100000/1",
};
const signIn = async (phone: string, harness = web) => {
  const client = new ApiClient(harness.url);
  await client.signInByPhone(phone);
  return client;
};

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  await seedDemo(databases);
  const services = { ...databases, ...redis };
  [web, other] = await Promise.all([
    startWebHarness(services, SETTINGS),
    startWebHarness(services, SETTINGS),
  ]);
  anchor = await signIn("+8613900000004");
  anchorElsewhere = new ApiClient(other.url);
  for (const [name, value] of anchor.cookies) anchorElsewhere.cookies.set(name, value);
  operator = await signIn("+8613700000001");
  [first, second, third] = await Promise.all([
    signIn("+8613800000001"),
    signIn("+8613800000002", other),
    signIn("+8613800000003"),
  ]);
  viewers = [first, second, third];
  anchorId = (await anchor.query<{ userId: string }>("session.me")).data.userId;
  await grantCoins(web.resources.live, {
    userId: anchorId,
    bizId: randomUUID(),
    amountCoins: 1_000_000,
    traceId: newTraceId(),
    at: new Date(),
  });
});
afterAll(async () => {
  await Promise.all([web?.close(), other?.close()]);
  await Promise.all([databases?.drop(), redis?.drop()]);
});

/** The anchor's room, live, for each test. */
beforeEach(async () => {
  const opened = await anchor.mutate<{ roomId: string }>("room.open", {
    title: "Rainy",
    category: "talk",
    tags: [],
  });
  roomId = opened.data.roomId;
});

const FACTS = { budgetCoins: 1_000, packetCount: 10, durationSeconds: 60, claimsPerViewer: 1 };
async function ok<T>(answer: Promise<ApiAnswer<T>>): Promise<T> {
  const { data, error } = await answer;
  expect(error).toBeUndefined();
  return data;
}
const nameOf = async (answer: Promise<ApiAnswer>) => (await answer).error?.name;
const create = (facts: object = {}) =>
  ok(anchor.mutateUntilTaken<Rain>("rain.create", { ...FACTS, ...facts }));
const balanceOf = async (client: ApiClient) =>
  (await ok(client.query<WalletBalance>("wallet.balance"))).balanceCoins;
const readRain = (rainId: string) => ok(anchor.query<Rain>("rain.get", { rainId }));
const eventsOf = async (rainId: string): Promise<RoomEvent[]> => {
  const { events } = await ok(first.query<RoomEventsAfter>("room.eventsAfter", { roomId, seq: 0 }));
  return events.filter((event) => "rainId" in event && event.rainId === rainId);
};
const claim = (client: ApiClient, code: string | null, facts: object = {}) =>
  client.mutate<RainPacket>("rain.claim", { code, roomId, claimId: randomUUID(), ...facts });

/** What the worker does by itself: credits everything that is queued, and moves rains on. */
async function work(rounds = 3): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await keepRains(web.resources);
    const waiting = await claimQueue.findWaiting(blocking, ALL_BUCKETS);
    if (waiting.length === 0) continue;
    const start = new Map(waiting.map((bucket) => [bucket, "0-0"]));
    const entries = await claimQueue.readEntries(blocking, start, 500);
    await creditClaims(web.resources, entries);
    for (const { bucket, id } of entries) await claimQueue.acknowledge(web.resources.redis, bucket, [id]);
  }
}
let blocking: WebHarness["resources"]["redis"];
beforeAll(async () => {
  const { env, log } = web.resources;
  blocking = openRedis(env.REDIS_URL, log, { name: "rain-test", blocking: true });
  await waitForRedis(blocking, 20_000);
});
afterAll(() => blocking?.disconnect());

async function makeReady(facts: object = {}): Promise<Rain> {
  const { rainId } = await create(facts);
  await ok(anchor.mutate("rain.prepare", { rainId }));
  await work(1);
  const rain = await readRain(rainId);
  expect(rain.status).toBe("ready");
  return rain;
}
async function letFall(facts: object = {}): Promise<Rain> {
  const { rainId } = await makeReady(facts);
  return await ok(anchor.mutate<Rain>("rain.start", { rainId }));
}
async function expectEven(): Promise<void> {
  const results = await checkInvariants(web.resources);
  expect(results.flatMap(({ breaches }) => breaches)).toEqual([]);
}

describe("the life of a rain", () => {
  it("goes from its creation to its end, and every coin with it", async () => {
    const before = await balanceOf(anchor);
    const created = await create({ claimsPerViewer: 2 });
    expect(created).toMatchObject({ status: "created", code: null, claimedCount: 0, fundedBy: "anchor" });
    expect(await balanceOf(anchor)).toBe(before);
    const messageId = randomUUID();
    await ok(first.mutate("chat.send", { roomId, messageId, text: "luck" }));
    const ownMessageId = randomUUID();
    await ok(anchor.mutate("chat.send", { roomId, messageId: ownMessageId, text: "my own luck" }));

    const prepared = await ok(anchor.mutate<Rain>("rain.prepare", { rainId: created.rainId }));
    expect(prepared.status).toBe("preparing");
    expect(await balanceOf(anchor)).toBe(before - 1_000);
    await work(1);
    expect(await readRain(created.rainId)).toMatchObject({ status: "ready", loadedPackets: 10, code: null });

    const started = await ok(anchor.mutate<Rain>("rain.start", { rainId: created.rainId }));
    expect(started).toMatchObject({ status: "started", code: expect.any(String) });
    const shown = await ok(first.query<RoomRain>("rain.current", { roomId }));
    expect(shown.current).toMatchObject({ rainId: created.rainId, code: started.code });
    const balances = await Promise.all(viewers.map(balanceOf));
    const packets: RainPacket[] = [];
    for (const viewer of viewers) packets.push(await ok(claim(viewer, started.code)));
    packets.push(await ok(claim(first, started.code)));
    expect(await nameOf(claim(first, started.code))).toBe("RAIN_ALREADY_CLAIMED");
    await work(1);
    const mine = (await ok(first.query<RoomRain>("rain.current", { roomId }))).mine;
    expect(mine).toEqual([packets[0], packets[3]]);

    await ok(anchor.mutate("rain.finish", { rainId: created.rainId }));
    await work();
    const coins = packets.reduce((sum, packet) => sum + packet.coins, 0);
    const ended = await readRain(created.rainId);
    expect(ended).toMatchObject({
      status: "ended",
      endReason: "finished",
      claimedCount: 4,
      claimedCoins: coins,
      refundedCoins: 1_000 - coins,
    });
    expect(await balanceOf(anchor)).toBe(before - coins);
    const after = await Promise.all(viewers.map(balanceOf));
    expect(after.map((balance, i) => balance - (balances[i] ?? 0))).toEqual([
      (packets[0]?.coins ?? 0) + (packets[3]?.coins ?? 0),
      packets[1]?.coins,
      packets[2]?.coins,
    ]);

    // Everybody can compute it again.
    const proof = await ok(
      new ApiClient(web.url).query<RainProof>("rain.verify", { rainId: created.rainId }),
    );
    expect(proof.entropy).toContainEqual(expect.stringMatching(new RegExp(`^\\d+:${messageId}$`)));
    expect(proof.entropy?.join()).not.toContain(ownMessageId);
    expect(proof.entropy?.every((line) => Number(line.split(":")[0]) > (proof.committedSeq ?? 0))).toBe(true);
    expect(commitTo(proof.serverSeed ?? "")).toBe(created.commitment);
    const amounts = splitPackets(proof.serverSeed ?? "", { ...proof, entropy: proof.entropy ?? [] });
    expect(digestPackets(proof.serverSeed ?? "", amounts)).toBe(proof.packetsDigest);
    const { claims } = await ok(first.query<RainClaims>("rain.claims", { rainId: created.rainId }));
    expect(claims).toEqual(
      packets.map(({ packetIndex, coins: won }) => [packetIndex, won]).toSorted(([a = 0], [b = 0]) => a - b),
    );
    expect(claims.every(([index, won]) => amounts[index] === won)).toBe(true);

    const events = await eventsOf(created.rainId);
    expect(events.map(({ event }) => event)).toEqual(["rain.committed", "rain.started", "rain.ended"]);
    expect(events[1]).toMatchObject({ code: started.code, packetsDigest: proof.packetsDigest });
    expect(events[2]).toMatchObject({ claimed: 4, coins, serverSeed: proof.serverSeed });
    const result = await ok(second.query<RainResult>("rain.result", { rainId: created.rainId }));
    expect(result).toMatchObject({ viewers: 3, mine: [packets[1]] });
    expect(result.luckiestBoard).toHaveLength(4);
    expect(result.luckiest?.coins).toBe(Math.max(...packets.map((packet) => packet.coins)));
    expect(result.series.reduce((sum, part) => sum + part.claims, 0)).toBe(4);
    await expectEven();
  });

  it("adds its claims up once when it is over, however many look", async () => {
    const rain = await letFall();
    await ok(claim(first, rain.code));
    await ok(anchor.mutate("rain.finish", { rainId: rain.rainId }));
    await work();
    const look = () => ok(new ApiClient(web.url).query<RainResult>("rain.result", { rainId: rain.rainId }));
    const seen = await look();
    expect(seen).toMatchObject({ status: "ended", viewers: 1 });
    const owner = openLiveDb(databases.liveOwnerUrl, { poolMax: 1, applicationName: "owner" });
    await owner.sql.begin(async (tx) => {
      // Whoever reads claims now would wait.
      await tx`LOCK TABLE rain_claims IN ACCESS EXCLUSIVE MODE`;
      expect(await Promise.all(Array.from({ length: 50 }, look))).toEqual(
        Array.from({ length: 50 }, () => seen),
      );
    });
    await owner.close();
  });

  it("keeps its secrets until it is time", async () => {
    const rain = await makeReady({ startsAt: new Date(Date.now() + 3_600_000).toISOString() });
    const [row] = await web.resources.live.sql<{ code: string; server_seed: string }[]>`
      SELECT code, server_seed FROM rains WHERE rain_id = ${rain.rainId}`;
    const answers = await Promise.all([
      anchor.query("rain.get", { rainId: rain.rainId }),
      anchor.query("rain.mine"),
      first.query("rain.current", { roomId }),
      first.query("rain.result", { rainId: rain.rainId }),
      first.query("rain.verify", { rainId: rain.rainId }),
      first.query("room.eventsAfter", { roomId, seq: 0 }),
      first.query("room.list", {}),
      operator.query("rain.search", {}),
    ]);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    const told = JSON.stringify(answers);
    expect(told).toContain(rain.rainId);
    expect(told).not.toContain(row?.code);
    expect(told).not.toContain(row?.server_seed);
    expect(await nameOf(first.query("rain.claims", { rainId: rain.rainId }))).toBe("RAIN_STATE_CONFLICT");
    await ok(anchor.mutate("rain.finish", { rainId: rain.rainId }));
    await work();
  });

  it("keeps them out of what is logged when the database is away", async () => {
    const { rainId } = await create();
    const row = await findRain(web.resources.live, rainId);
    if (!row) throw new Error("It was just made.");
    const away = openLiveDb(databases.liveUrl, { poolMax: 1, applicationName: "away" });
    await away.close();
    const told = async (query: Promise<unknown>) => await query.then(() => "no error", String);
    const errors = [await told(insertRain(away, row)), await told(findRainByCode(away, row.code))];
    for (const error of errors) {
      expect(error).toContain("CONNECTION_ENDED");
      expect(error).not.toContain(row.code);
      expect(error).not.toContain(row.serverSeed);
    }
  });

  it("ends by itself when all is grabbed, when its time is up, when the room closes or is banned", async () => {
    const grabbed = await letFall({ packetCount: 2 });
    await ok(claim(first, grabbed.code));
    await ok(claim(second, grabbed.code));
    expect(await nameOf(claim(third, grabbed.code))).toBe("RAIN_EMPTY");
    await work();
    expect(await readRain(grabbed.rainId)).toMatchObject({ endReason: "all_grabbed", claimedCoins: 1_000 });

    const late = await letFall();
    await web.resources.live.sql`
      UPDATE rains SET ends_at = now() - interval '1 second' WHERE rain_id = ${late.rainId}`;
    await work();
    expect(await readRain(late.rainId)).toMatchObject({ endReason: "time_up", refundedCoins: 1_000 });

    const closed = await letFall();
    await ok(anchor.mutate("room.close", { roomId }));
    await work();
    expect(await readRain(closed.rainId)).toMatchObject({ endReason: "room_closed", refundedCoins: 1_000 });

    await ok(anchor.mutate("room.open", { title: "Rainy", category: "talk", tags: [] }));
    const banned = await letFall();
    await web.resources.live.sql`UPDATE rooms SET banned = true WHERE id = ${roomId}`;
    await work();
    await web.resources.live.sql`UPDATE rooms SET banned = false WHERE id = ${roomId}`;
    expect(await readRain(banned.rainId)).toMatchObject({ endReason: "room_banned", refundedCoins: 1_000 });
    await expectEven();
  });

  it("is called off in every state before its start, and gives everything back", async () => {
    const before = await balanceOf(anchor);
    const draft = await create();
    await ok(anchor.mutate("rain.finish", { rainId: draft.rainId }));
    expect(await readRain(draft.rainId)).toMatchObject({ status: "ended", endReason: "cancelled" });
    const preparing = await create();
    await ok(anchor.mutate("rain.prepare", { rainId: preparing.rainId }));
    await ok(anchor.mutate("rain.finish", { rainId: preparing.rainId }));
    const ready = await makeReady();
    await ok(anchor.mutate("rain.finish", { rainId: ready.rainId }));
    await work();
    for (const { rainId } of [preparing, ready]) {
      expect(await readRain(rainId)).toMatchObject({ endReason: "cancelled", refundedCoins: 1_000 });
    }
    expect(await balanceOf(anchor)).toBe(before);
    expect(await nameOf(anchor.mutate("rain.start", { rainId: ready.rainId }))).toBe("RAIN_ENDED");
    expect(await nameOf(anchor.mutate("rain.finish", { rainId: ready.rainId }))).toBe("RAIN_ENDED");
    await expectEven();
  });
});

describe("by the clock", () => {
  it("starts after a countdown, and at a planned time, which rooms and lobby show before", async () => {
    const rain = await makeReady();
    const planned = await ok(
      anchor.mutate<Rain>("rain.start", { rainId: rain.rainId, countdownSeconds: 30 }),
    );
    expect(planned).toMatchObject({ status: "ready", startsAt: expect.any(String), code: null });
    expect((await eventsOf(rain.rainId)).at(-1)).toMatchObject({
      event: "rain.scheduled",
      startsAt: planned.startsAt,
    });
    const shown = await ok(first.query<RoomRain>("rain.current", { roomId }));
    expect(shown).toMatchObject({ current: null, upcoming: { rainId: rain.rainId } });
    const { items } = await ok(first.query<{ items: RoomCard[] }>("room.list", { limit: 50 }));
    expect(items.find((card) => card.roomId === roomId)?.rain).toMatchObject({
      rainId: rain.rainId,
      isFalling: false,
    });
    await work();
    expect((await readRain(rain.rainId)).status).toBe("ready");
    await web.resources.live.sql`UPDATE rains SET starts_at = now() WHERE rain_id = ${rain.rainId}`;
    await work();
    const started = await readRain(rain.rainId);
    expect(started).toMatchObject({ status: "started", code: expect.any(String) });
    await ok(claim(first, started.code));
    await ok(anchor.mutate("rain.finish", { rainId: rain.rainId }));
    await work();
  });

  it("waits for the room to be live, and gives up after ten minutes", async () => {
    const rain = await makeReady({ startsAt: new Date(Date.now() + 60_000).toISOString() });
    await ok(anchor.mutate("room.close", { roomId }));
    await web.resources.live.sql`UPDATE rains SET starts_at = now() WHERE rain_id = ${rain.rainId}`;
    await work();
    expect((await readRain(rain.rainId)).status).toBe("ready");
    await web.resources.live.sql`
      UPDATE rains SET starts_at = now() - interval '11 minutes' WHERE rain_id = ${rain.rainId}`;
    await work();
    expect(await readRain(rain.rainId)).toMatchObject({ endReason: "missed", refundedCoins: 1_000 });
    expect((await eventsOf(rain.rainId)).at(-1)?.event).toBe("rain.cancelled");
  });

  it("gives back what nobody started within a day", async () => {
    const rain = await makeReady();
    await web.resources.live.sql`
      UPDATE rains SET ready_at = now() - interval '25 hours' WHERE rain_id = ${rain.rainId}`;
    await work();
    expect(await readRain(rain.rainId)).toMatchObject({ endReason: "expired", refundedCoins: 1_000 });
  });
});

describe("twice, at once, and out of turn", () => {
  it("prepares once from two browsers, and debits once", async () => {
    const before = await balanceOf(anchor);
    const { rainId } = await create();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? anchor : anchorElsewhere).mutate<Rain>("rain.prepare", { rainId }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.every(({ error }) => error === undefined || error.name === "RAIN_STATE_CONFLICT")).toBe(
      true,
    );
    expect(await balanceOf(anchor)).toBe(before - 1_000);
    await work(1);
    const starts = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? anchor : anchorElsewhere).mutate<Rain>("rain.start", { rainId }),
      ),
    );
    expect(starts.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(starts.every(({ error }) => error === undefined || error.name === "RAIN_STATE_CONFLICT")).toBe(
      true,
    );
    await ok(anchor.mutate("rain.finish", { rainId }));
    await work();
    await expectEven();
  });

  it("creates one rain for one id or own code, and refuses it to another", async () => {
    const [rainId, code] = [randomUUID(), randomUUID()];
    const answers = await Promise.all(Array.from({ length: 10 }, () => create({ rainId, code })));
    expect(new Set(answers.map((rain) => rain.rainId))).toEqual(new Set([rainId]));
    expect((await create({ code })).rainId).toBe(rainId);
    expect(await nameOf(anchor.mutate("rain.create", { ...FACTS, rainId, budgetCoins: 999 }))).toBe(
      "RAIN_STATE_CONFLICT",
    );
    const stranger = await signIn("+8613900000001");
    expect(await nameOf(stranger.mutate("rain.create", { ...FACTS, code }))).toBe("RAIN_STATE_CONFLICT");
    for (const procedure of ["prepare", "start", "finish"])
      expect(await nameOf(stranger.mutate(`rain.${procedure}`, { rainId }))).toBe("NOT_FOUND");
  });

  it("answers what is out of turn by name and changes nothing", async () => {
    const { rainId } = await create();
    expect(await nameOf(anchor.mutate("rain.start", { rainId }))).toBe("RAIN_NOT_READY");
    const [row] = await web.resources.live.sql<{ code: string }[]>`
      SELECT code FROM rains WHERE rain_id = ${rainId}`;
    const code = row?.code ?? "";
    expect(await nameOf(claim(first, code))).toBe("RAIN_NOT_STARTED");
    await ok(anchor.mutate("rain.prepare", { rainId }));
    expect(await nameOf(anchor.mutate("rain.start", { rainId }))).toBe("RAIN_NOT_READY");
    expect(await nameOf(claim(first, code))).toBe("RAIN_NOT_STARTED");
    await work(1);
    expect(await nameOf(anchor.mutate("rain.prepare", { rainId }))).toBe("RAIN_STATE_CONFLICT");
    expect(await nameOf(claim(first, code))).toBe("RAIN_NOT_STARTED");
    await ok(anchor.mutate("room.close", { roomId }));
    expect(await nameOf(anchor.mutate("rain.start", { rainId }))).toBe("ROOM_NOT_LIVE");
    await ok(anchor.mutate("room.open", { title: "Rainy", category: "talk", tags: [] }));
    await ok(anchor.mutate("rain.start", { rainId }));
    const another = await makeReady();
    expect(await nameOf(anchor.mutate("rain.start", { rainId: another.rainId }))).toBe("RAIN_STATE_CONFLICT");
    await ok(anchor.mutate("rain.finish", { rainId: another.rainId }));

    expect(await nameOf(claim(first, randomUUID()))).toBe("NOT_FOUND");
    expect(await nameOf(claim(first, code, { roomId: randomUUID() }))).toBe("RAIN_WRONG_ROOM");
    expect(await nameOf(claim(anchor, code))).toBe("FORBIDDEN");
    const guest = new ApiClient(web.url);
    await guest.signInAsGuest();
    expect(await nameOf(claim(guest, code))).toBe("GUEST_CANNOT_SPEND");
    expect(await nameOf(claim(new ApiClient(web.url), code))).toBe("UNAUTHENTICATED");
    const claimId = randomUUID();
    const won = await ok(claim(first, code, { claimId }));
    await ok(anchor.mutate("rain.finish", { rainId }));
    await work();
    expect(await nameOf(claim(second, code))).toBe("RAIN_ENDED");
    expect(await ok(claim(first, code, { claimId }))).toEqual(won);
    // The same once Redis has forgotten it.
    await emptyRedis(web.resources.redis);
    expect(await nameOf(claim(second, code))).toBe("RAIN_ENDED");
    expect(await ok(claim(first, code, { claimId }))).toEqual(won);
    await expectEven();
  });

  it.each([
    ["a budget below the count", { budgetCoins: 9 }, "RAIN_INVALID_BUDGET", "budgetCoins"],
    ["nothing", { budgetCoins: 0 }, "RAIN_INVALID_BUDGET", "budgetCoins"],
    ["less than nothing", { budgetCoins: -5 }, "RAIN_INVALID_BUDGET", "budgetCoins"],
    ["a huge budget", { budgetCoins: 2 ** 52 }, "RAIN_INVALID_BUDGET", "budgetCoins"],
    ["half a coin", { budgetCoins: 10.5 }, "INVALID_INPUT", "budgetCoins"],
    ["no packets", { packetCount: 0 }, "RAIN_INVALID_BUDGET", "packetCount"],
    [
      "too many packets",
      { packetCount: 100_001, budgetCoins: 200_000 },
      "RAIN_INVALID_BUDGET",
      "packetCount",
    ],
    ["too many a viewer", { claimsPerViewer: 6 }, "RAIN_INVALID_BUDGET", "claimsPerViewer"],
    ["longer than is allowed", { durationSeconds: 601 }, "RAIN_INVALID_BUDGET", "durationSeconds"],
    ["a start in the past", { startsAt: "2026-01-01T00:00:00Z" }, "INVALID_INPUT", "startsAt"],
  ])("refuses %s", async (_, facts, name, field) => {
    const { error } = await anchor.mutate("rain.create", { ...FACTS, ...facts });
    expect(error).toMatchObject({ name, details: { field } });
  });

  it("carries the anchor's words to the room, and is another rain with others", async () => {
    const rainId = randomUUID();
    const remark = "For \u200b all  of you";
    const rain = await create({ rainId, remark });
    expect(rain.remark).toBe("For all of you");
    expect(await create({ rainId, remark })).toEqual(rain);
    expect(await nameOf(anchor.mutate("rain.create", { ...FACTS, rainId, remark: "Other words" }))).toBe(
      "RAIN_STATE_CONFLICT",
    );
    await ok(anchor.mutate("rain.prepare", { rainId }));
    await work(1);
    await ok(anchor.mutate("rain.start", { rainId }));
    const events = await eventsOf(rainId);
    expect(events.find(({ event }) => event === "rain.started")).toMatchObject({ remark: "For all of you" });
    expect((await create()).remark).toBeNull();
    await ok(anchor.mutate("rain.finish", { rainId }));
    await work();
  });

  it("is planned, prepared and started by nobody whose right to it was taken, until it is given back", async () => {
    const [planned, ready] = [await create(), await makeReady()];
    const operator = new ApiClient(web.url);
    await operator.signInByPhone("+8613700000001");
    const restricted = await ok(
      operator.mutate<{ restrictionId: string }>("people.restrict", {
        userId: anchorId,
        kind: "rains",
        reason: "too many",
      }),
    );
    await work();
    for (const { rainId } of [planned, ready]) {
      expect(await readRain(rainId)).toMatchObject({ status: "ended", endReason: "cancelled" });
    }
    const { error } = await anchor.mutate("rain.create", FACTS);
    expect(error).toMatchObject({ name: "RAINS_STOPPED", details: { reason: "too many" } });
    // The room stays open: only rains are stopped.
    expect((await ok(anchor.query<{ isLive: boolean }>("room.get", { roomId }))).isLive).toBe(true);
    const { restrictionId } = restricted;
    await ok(operator.mutate("people.liftRestriction", { restrictionId, reason: "better now" }));
    expect((await create()).status).toBe("created");
  });

  it("is prepared and started by nobody from the moment that is decided, carried out or not", async () => {
    const [planned, ready] = [await create(), await makeReady()];
    const { live } = web.resources;
    const id = randomUUID();
    await live.sql`
      INSERT INTO account_restrictions (id, user_id, kind, source, reason, created_by, trace_id)
      VALUES (${id}, ${anchorId}, 'rains', 'account', 'r', ${randomUUID()}, 't')`;
    expect(await nameOf(anchor.mutate("rain.prepare", { rainId: planned.rainId }))).toBe("RAINS_STOPPED");
    expect(await nameOf(anchor.mutate("rain.start", { rainId: ready.rainId }))).toBe("RAINS_STOPPED");
    expect(await nameOf(anchor.mutate("rain.create", FACTS))).toBe("RAINS_STOPPED");
    await live.sql`UPDATE account_restrictions SET lifted_at = now(), ended_at = now() WHERE id = ${id}`;
    await ok(anchor.mutate("rain.start", { rainId: ready.rainId }));
    await ok(anchor.mutate("rain.finish", { rainId: ready.rainId }));
    await work();
  });

  it("refuses what the wallet, its state or the day does not allow", async () => {
    const poor = await signIn("+8613900000005");
    await ok(poor.mutate("room.open", { title: "Poor", category: "talk", tags: [] }));
    const rain = await ok(poor.mutate<Rain>("rain.create", { ...FACTS, budgetCoins: 100_001 }));
    const refused = await poor.mutate("rain.prepare", { rainId: rain.rainId });
    expect(refused.error).toMatchObject({
      name: "INSUFFICIENT_COINS",
      details: { balanceCoins: 100_000, totalCoins: 100_001 },
    });
    await ok(operator.mutate("wallet.freeze", { userId: anchorId, reason: "test" }));
    const { rainId } = await create();
    expect(await nameOf(anchor.mutate("rain.prepare", { rainId }))).toBe("WALLET_FROZEN");
    await ok(operator.mutate("wallet.unfreeze", { userId: anchorId, reason: "test" }));

    const policy = (await operator.query<object>("rain.policy")).data;
    const { usedTodayCoins } = await ok(anchor.query<MyRains>("rain.mine"));
    await ok(
      operator.mutate("rain.setPolicy", {
        ...policy,
        dayBudgetCoinsMax: usedTodayCoins + 999,
        reason: "test",
      }),
    );
    expect((await anchor.mutate("rain.prepare", { rainId })).error).toMatchObject({
      name: "RAIN_INVALID_BUDGET",
      details: { field: "budgetCoins", max: 999 },
    });
    await ok(operator.mutate("rain.setPolicy", { ...policy, reason: "test" }));
    expect((await readRain(rainId)).status).toBe("created");
  });

  it("lets nothing fall that a wallet which is frozen since has paid for", async () => {
    const { sql } = web.resources.live;
    const { rainId } = await makeReady();
    // As a payment that is disputed freezes it; an operator's freeze ends the rain besides.
    await sql`UPDATE ledger_accounts SET frozen_at = now() WHERE id = ${anchorId}`;
    expect(await nameOf(anchor.mutate("rain.start", { rainId }))).toBe("WALLET_FROZEN");
    await sql`UPDATE rains SET starts_at = now() WHERE rain_id = ${rainId}`;
    await work();
    expect((await readRain(rainId)).status).toBe("ready");
    await sql`UPDATE ledger_accounts SET frozen_at = NULL WHERE id = ${anchorId}`;
    await ok(anchor.mutate("rain.start", { rainId }));
    await ok(anchor.mutate("rain.finish", { rainId }));
    await work();
  });

  it("holds a viewer to one claim a second where nothing else is set, and repeats answers all the same", async () => {
    const strict = await startWebHarness({ ...databases, ...redis });
    const viewer = await signIn("+8613800000009", strict);
    const rain = await letFall({ claimsPerViewer: 3 });
    const claimId = randomUUID();
    const won = await ok(claim(viewer, rain.code, { claimId }));
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await nameOf(claim(viewer, rain.code)));
    expect(answers).toContain("RATE_LIMITED");
    expect(await ok(claim(viewer, rain.code, { claimId }))).toEqual(won);
    await ok(anchor.mutate("rain.finish", { rainId: rain.rainId }));
    await work();
    await strict.close();
    await expectEven();
  });

  it("lets nobody grab who was removed from the room, nor see the code", async () => {
    const rain = await letFall();
    const kicked = await signIn("+8613800000007");
    const { userId } = (await kicked.query<{ userId: string }>("session.me")).data;
    await ok(anchor.mutate("room.kick", { roomId, userId, reason: "spam" }));
    expect(await nameOf(claim(kicked, rain.code))).toBe("KICKED");
    const { current } = await ok(kicked.query<RoomRain>("rain.current", { roomId }));
    expect(current?.code).toBeNull();
    expect(
      (await ok(kicked.query<RoomDetail>("room.get", { roomId }))).restrictions.kickedUntil,
    ).not.toBeNull();
    await ok(anchor.mutate("rain.finish", { rainId: rain.rainId }));
    await work();
  });
});

describe("coins of the platform", () => {
  it("are granted, rained, and what is not grabbed comes back to the grant", async () => {
    const grantId = randomUUID();
    const give = () =>
      operator.mutate<RainGrant>("rain.grant", { grantId, anchorId, coins: 1_500, reason: "gala" });
    const [grant] = await Promise.all([ok(give()), ok(give())]);
    expect(grant).toMatchObject({ coins: 1_500, usedCoins: 0 });
    const before = await balanceOf(anchor);
    const rain = await letFall({ fundedBy: "promotion" });
    expect(await balanceOf(anchor)).toBe(before);
    const another = await create({ fundedBy: "promotion" });
    expect((await anchor.mutate("rain.prepare", { rainId: another.rainId })).error).toMatchObject({
      name: "INSUFFICIENT_COINS",
      details: { fundedBy: "promotion", balanceCoins: 500 },
    });
    const packet = await ok(claim(first, rain.code));
    await ok(anchor.mutate("rain.finish", { rainId: rain.rainId }));
    await work();
    const { grants } = await ok(anchor.query<MyRains>("rain.mine"));
    expect(grants).toMatchObject([{ grantId, usedCoins: packet.coins }]);
    expect(await balanceOf(anchor)).toBe(before);
    await ok(operator.mutate("rain.revokeGrant", { grantId, reason: "over" }));
    expect(await nameOf(anchor.mutate("rain.prepare", { rainId: another.rainId }))).toBe(
      "INSUFFICIENT_COINS",
    );
    expect(await nameOf(operator.mutate("rain.revokeGrant", { grantId, reason: "again" }))).toBe("NOT_FOUND");
    await expectEven();
  });
});

/** Redis loses everything, and both web processes know that it has. */
async function loseRedis(): Promise<void> {
  const eras = () => [web, other].map(({ resources }) => peekEra(resources.redis));
  const next = { era: (eras()[0]?.era ?? 0) + 1, isSettled: true };
  await web.resources.redis.flushdb();
  await expect.poll(eras, { timeout: 15_000 }).toEqual([next, next]);
}

describe("when something dies", () => {
  it("does not let a rain fall again that is over, when whoever was to announce it wakes up late", async () => {
    const rain = await letFall();
    const asItWas = await findRain(web.resources.live, rain.rainId);
    if (!asItWas) throw new Error("It was just started.");
    await ok(anchor.mutate("rain.finish", { rainId: rain.rainId }));
    await work();
    const before = await eventsOf(rain.rainId);
    // Long enough for Redis to have forgotten its shards.
    for (const key of await web.resources.redis.keys("rain*")) await web.resources.redis.del(key);
    await announceStart({ ...web.resources, traceId: newTraceId() }, asItWas);
    expect(await nameOf(claim(first, rain.code))).toBe("RAIN_ENDED");
    expect(await eventsOf(rain.rainId)).toEqual(before);
    await expectEven();
  });

  it("tells the anchor of what came back, also when the one who gave it back dies first", async () => {
    const rain = await letFall();
    const atHand = async () => (await findCachedWallet(web.resources.redis, anchorId))?.balanceCoins;
    const before = await balanceOf(anchor);
    await ok(anchor.mutate("rain.finish", { rainId: rain.rainId }));
    const facts = { rainId: rain.rainId, poppedPackets: 0, traceId: newTraceId() };
    expect(await finaliseRain(web.resources.live, facts)).toMatchObject({ refundedCoins: 1_000 });
    expect(await atHand()).toBe(before);
    await work(1);
    expect(await atHand()).toBe(before + 1_000);
    await expectEven();
  });

  it("is not held up by rains that cannot be moved on, however many", async () => {
    const { sql } = web.resources.live;
    const stuck = await Promise.all(Array.from({ length: 20 }, () => create()));
    for (const { rainId } of stuck) await ok(anchor.mutateUntilTaken("rain.prepare", { rainId }));
    const rainIds = stuck.map(({ rainId }) => rainId);
    await sql`UPDATE rains SET server_seed = 'x' || server_seed WHERE rain_id = ANY(${rainIds}::uuid[])`;
    await work(1);
    const { rainId } = await create();
    await ok(anchor.mutate("rain.prepare", { rainId }));
    await work(2);
    expect((await readRain(rainId)).status).toBe("ready");
    await sql`UPDATE rains SET server_seed = substr(server_seed, 2) WHERE rain_id = ANY(${rainIds}::uuid[])`;
    for (const id of [...rainIds, rainId]) await ok(anchor.mutate("rain.finish", { rainId: id }));
    await work();
    await expectEven();
  });

  it("goes on with a start that was committed and not announced", async () => {
    const rain = await makeReady();
    await web.resources.live.sql`
      UPDATE rains SET status = 'started', session_id = (SELECT current_session_id FROM rooms WHERE id = ${roomId}),
        started_at = now(), ends_at = now() + interval '60 seconds'
      WHERE rain_id = ${rain.rainId}`;
    await work(1);
    const started = await readRain(rain.rainId);
    expect((await eventsOf(rain.rainId)).at(-1)?.event).toBe("rain.started");
    await ok(claim(first, started.code));
    await ok(anchor.mutate("rain.finish", { rainId: rain.rainId }));
    await work();
    await expectEven();
  });

  it("loads anew what Redis lost before the start", async () => {
    const rain = await makeReady();
    await loseRedis();
    const started = await ok(anchor.mutate<Rain>("rain.start", { rainId: rain.rainId }));
    await ok(claim(first, started.code));
    await ok(anchor.mutate("rain.finish", { rainId: rain.rainId }));
    await work();
    expect((await readRain(rain.rainId)).claimedCount).toBe(1);
    await expectEven();
  });

  it("goes on with what nobody has when Redis lost a rain in the middle of it", async () => {
    const rain = await letFall();
    const packet = await ok(claim(first, rain.code));
    await work(1);
    const lost = loseRedis();
    expect(await nameOf(claim(second, rain.code))).toBe("UNAVAILABLE");
    await lost;
    // It is loaded anew without the packet that somebody has, who gets no other one.
    expect(await nameOf(claim(first, rain.code))).toBe("RAIN_ALREADY_CLAIMED");
    const next = await ok(claim(second, rain.code));
    expect(next.packetIndex).not.toBe(packet.packetIndex);
    await ok(anchor.mutate("rain.finish", { rainId: rain.rainId }));
    await work();
    expect(await readRain(rain.rainId)).toMatchObject({
      status: "ended",
      claimedCoins: packet.coins + next.coins,
      refundedCoins: 1_000 - packet.coins - next.coins,
    });
    await expectEven();
  });

  it("gives nothing back while a claim is on its way, and hangs visibly when one is missing until an operator decides", async () => {
    const rain = await letFall();
    const kept = await ok(claim(first, rain.code));
    await work(1);
    const lost = await ok(claim(second, rain.code));
    await ok(anchor.mutate("rain.finish", { rainId: rain.rainId }));
    await keepRains(web.resources);
    expect((await readRain(rain.rainId)).status).toBe("ending");
    // The claim is lost, as by a fault that nobody has thought of.
    for (const bucket of ALL_BUCKETS) await web.resources.redis.del(`claims:{b${bucket}}`);
    await work();
    expect((await readRain(rain.rainId)).status).toBe("ending");
    await ok(operator.mutate("rain.stop", { rainId: rain.rainId, reason: "claims lost" }));
    expect(await readRain(rain.rainId)).toMatchObject({
      status: "ended",
      claimedCoins: kept.coins,
      refundedCoins: 1_000 - kept.coins,
    });
    const secondId = (await second.query<{ userId: string }>("session.me")).data.userId;
    // Whoever was shown a packet has it, paid for by the platform, once.
    await keepRains(web.resources);
    expect(
      await web.resources.live.sql`
        SELECT user_id, packet_index, paid_coins FROM rain_lost_packets WHERE rain_id = ${rain.rainId}`,
    ).toMatchObject([{ user_id: secondId, packet_index: lost.packetIndex, paid_coins: String(lost.coins) }]);
    await expectEven();
  });
});
