import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { postGifts, type QueuedGift } from "@/db/live/ledger/post-gifts";
import { findPk, type PkRow } from "@/db/live/queries/pk-battles";
import { beginPkCountdown, settlePk, stepPk, takeSideOut } from "@/db/live/queries/pk-work";
import { closeRoomSession } from "@/db/live/queries/rooms";
import { insertSeedRooms, insertSeedUsers } from "@/db/live/queries/seed";
import type { RoomEvent } from "@/domain/contracts/events";
import type { PkInviteInput } from "@/domain/contracts/pk";
import { bucketOf } from "@/domain/rules/bucket";
import { nextByClock, PK_STATES } from "@/domain/rules/pk-states";
import { streamKey } from "@/platform/redis/keys";
import { readRoomEventsAfter } from "@/push/publisher/room-log";
import {
  callBy,
  giftEntry,
  type MoneyHarness,
  openWallet,
  startMoneyHarness,
} from "../../testing/money-harness";
import { getGiftStatus } from "../gift/get-gift-status";
import { refundGift } from "../refund/refund-gift";
import { acceptPk, declinePk, leavePk } from "./answer-pk";
import { PkDriver } from "./drive-pk";
import { foldPk } from "./fold-pk";
import { getCurrentPk, getMyPk, getPkResult, listCandidates } from "./get-pk";
import { inviteToPk } from "./invite-to-pk";
import { recomputePks } from "./recompute-pk";
import { stopPk } from "./stop-pk";

let harness: MoneyHarness;
interface Side {
  anchorId: string;
  roomId: string;
  sessionId: string;
}
let red: Side;
let blue: Side;
let green: Side;
let viewer: string;
let other: string;
let driver: PkDriver;

beforeAll(async () => {
  harness = await startMoneyHarness(12);
});
afterAll(() => harness?.close());

async function openSide(name: string): Promise<Side> {
  const { live } = harness.resources;
  const side = { anchorId: randomUUID(), roomId: randomUUID(), sessionId: randomUUID() };
  const email = `${side.anchorId}@users.invalid`;
  const person = { id: side.anchorId, name, email, phoneIndex: null, phoneCipher: null };
  await insertSeedUsers(live, [{ ...person, role: "anchor", gender: "female" }]);
  const room = { id: side.roomId, anchorId: side.anchorId, sessionId: side.sessionId };
  await insertSeedRooms(live, [{ ...room, title: name, category: "talk", tags: [], startedAt: new Date() }]);
  return side;
}
async function openViewer(): Promise<string> {
  const id = randomUUID();
  await openWallet(harness.resources, id, 10_000_000);
  return id;
}

/** Anchors who never fought, for each test. */
beforeEach(async () => {
  [red, blue, green] = await Promise.all([openSide("Red"), openSide("Blue"), openSide("Green")]);
  [viewer, other] = await Promise.all([openViewer(), openViewer()]);
  driver = newDriver();
});

const newDriver = () => new PkDriver(harness.resources, randomUUID());
const as = ({ anchorId }: Side) => callBy(harness.resources, anchorId, "anchor");
const sql = () => harness.resources.live.sql;
async function find(pkId: string): Promise<PkRow> {
  const row = await findPk(harness.resources.live, pkId);
  if (!row) throw new Error("no such battle");
  return row;
}
const stateOf = async (pkId: string) => (await find(pkId)).battle.status;
async function invite(sides: Side[] = [blue], facts: Partial<PkInviteInput> = {}): Promise<string> {
  const pkId = randomUUID();
  const anchorIds = sides.map(({ anchorId }) => anchorId);
  await inviteToPk(as(red), { pkId, anchorIds, durationSeconds: 300, counts: "all", ...facts });
  return pkId;
}
async function accept(sides: Side[] = [blue], facts: Partial<PkInviteInput> = {}): Promise<string> {
  const pkId = await invite(sides, facts);
  for (const side of sides) await acceptPk(as(side), { pkId });
  return pkId;
}
/** Time that passes for a battle, without anybody waiting for it. */
const pass = (pkId: string, seconds: number) => sql()`
  UPDATE pk_battles SET due_at = due_at - ${seconds} * interval '1 second',
    window_from = window_from - ${seconds} * interval '1 second', window_to = window_to - ${seconds} * interval '1 second'
  WHERE pk_id = ${pkId}`;
/** Whoever drove it is dead, and its lease is over. */
const release = (pkId: string) => sql()`UPDATE pk_battles SET work_until = NULL WHERE pk_id = ${pkId}`;

/** A battle whose window is over, of which nobody has moved anything on since its countdown. */
async function fight(sides: Side[] = [blue], facts: Partial<PkInviteInput> = {}): Promise<string> {
  const pkId = await accept(sides, facts);
  await driver.round();
  expect(await stateOf(pkId)).toBe("countdown");
  await pass(pkId, 345);
  return pkId;
}
/** A gift that was accepted so long after the first moment of the window. */
async function give(
  pkId: string,
  side: Side,
  afterMs: number,
  facts: Partial<QueuedGift> = {},
): Promise<QueuedGift> {
  const { windowFrom } = (await find(pkId)).battle;
  const sentAt = new Date((windowFrom?.getTime() ?? 0) + afterMs).toISOString();
  const gift = giftEntry(facts.senderId ?? viewer, { ...side, sentAt, priceCoins: 100, ...facts });
  await postGifts(sql(), [gift]);
  return gift;
}
const END_MS = 330_000;
async function settle(pkId: string): Promise<void> {
  await driver.round();
  expect(await stateOf(pkId)).toBe("settled");
}
const pointsOf = async (pkId: string) => (await find(pkId)).sides.map(({ points }) => points);
type PkEvent = Extract<RoomEvent, { event: "pk.started" | "pk.updated" | "pk.ended" }>;
async function eventsOf({ roomId }: Side): Promise<PkEvent[]> {
  const { events } = await readRoomEventsAfter(harness.resources.redis, roomId, 0);
  return events.filter((event) => event.event.startsWith("pk.")) as PkEvent[];
}
async function expectRecomputed(pkId: string): Promise<void> {
  expect(await recomputePks(harness.resources.live, pkId)).toEqual({ checked: 1, differences: [] });
}

describe("an invitation", () => {
  it("is answered once, and the same answer again changes nothing", async () => {
    const pkId = await invite();
    expect((await getMyPk(as(blue))).invitations.map((battle) => battle.pkId)).toEqual([pkId]);
    expect((await getMyPk(as(red))).current?.pkId).toBe(pkId);
    await acceptPk(as(blue), { pkId });
    await acceptPk(as(blue), { pkId });
    expect(await stateOf(pkId)).toBe("accepted");
    await expect(declinePk(as(blue), { pkId })).rejects.toMatchObject({ bizName: "PK_STATE_CONFLICT" });
    await expect(acceptPk(as(green), { pkId })).rejects.toMatchObject({ bizName: "NOT_FOUND" });
  });

  it("finds busy who is in another battle, also when both are accepted at once", async () => {
    const first = await invite();
    const second = randomUUID();
    const facts = { anchorIds: [blue.anchorId], durationSeconds: 300, counts: "all" } as const;
    await inviteToPk(as(green), { pkId: second, ...facts, anchorIds: [...facts.anchorIds] });
    const answers = await Promise.allSettled([first, second].map((pkId) => acceptPk(as(blue), { pkId })));
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(answers.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { bizName: "PK_BUSY" },
    });
    await expect(invite([blue])).rejects.toMatchObject({ bizName: "PK_BUSY" });
    const [candidate] = await listCandidates(as(green), { name: "bl" });
    expect(candidate).toMatchObject({ nickname: "Blue" });
  });

  it("is over when it is declined, and not made again at once", async () => {
    const pkId = await invite();
    await declinePk(as(blue), { pkId });
    expect((await find(pkId)).battle).toMatchObject({ status: "closed", endReason: "declined" });
    await expect(invite()).rejects.toMatchObject({ bizName: "PK_BUSY" });
    expect(await invite([green])).toBeTruthy();
  });

  it("goes on with those who accept, where two are left", async () => {
    const pkId = await invite([blue, green]);
    await declinePk(as(green), { pkId });
    await acceptPk(as(blue), { pkId });
    const { battle, sides } = await find(pkId);
    expect(battle.status).toBe("accepted");
    expect(sides.map(({ nickname }) => nickname)).toEqual(["Red", "Blue"]);
  });

  it("ends after ten minutes, can be taken back, and is not made to a closed room", async () => {
    const expired = await invite();
    await pass(expired, 601);
    await expect(acceptPk(as(blue), { pkId: expired })).rejects.toMatchObject({
      bizName: "PK_STATE_CONFLICT",
    });
    await driver.round();
    expect((await find(expired)).battle.endReason).toBe("expired");
    const takenBack = await invite();
    expect((await leavePk(as(red), { pkId: takenBack })).endReason).toBe("cancelled");
    const { roomId, anchorId } = blue;
    await closeRoomSession(harness.resources.live, { roomId, anchorId, now: new Date() });
    await expect(invite()).rejects.toMatchObject({ bizName: "ROOM_NOT_LIVE" });
  });
});

describe("a battle", () => {
  it("counts from the first moment of its window until its end, which is late, and the receipt says so", async () => {
    const pkId = await fight();
    const before = await give(pkId, red, -1);
    const first = await give(pkId, red, 0);
    await give(pkId, blue, END_MS - 1, { senderId: other });
    const late = await give(pkId, blue, END_MS, { senderId: other });
    await settle(pkId);
    expect(await pointsOf(pkId)).toEqual([100, 100]);
    expect((await find(pkId)).battle).toMatchObject({ outcome: "draw", winnerId: null });
    const receipt = async ({ senderId, giftOrderId }: QueuedGift) =>
      (await getGiftStatus(callBy(harness.resources, senderId), { giftOrderId })).pk;
    expect(await receipt(before)).toBeUndefined();
    expect(await receipt(first)).toEqual({ pkId, isCounted: true });
    expect(await receipt(late)).toEqual({ pkId, isCounted: false });
    await expectRecomputed(pkId);
  });

  it("goes through every state, in one order in every room, and is kept", async () => {
    const pkId = await fight();
    await give(pkId, red, 1_000);
    await settle(pkId);
    expect((await getPkResult(as(green), { pkId })).winnerId).toBe(red.anchorId);
    expect((await getCurrentPk(as(green), blue))?.state).toBe("settled");
    await pass(pkId, 6);
    await driver.round();
    expect(await stateOf(pkId)).toBe("punishment");
    await pass(pkId, 181);
    await driver.round();
    expect((await find(pkId)).battle).toMatchObject({ status: "closed", endReason: "finished" });
    const [inRed, inBlue] = await Promise.all([eventsOf(red), eventsOf(blue)]);
    expect(inRed.map(({ pkSeq }) => pkSeq)).toEqual(inBlue.map(({ pkSeq }) => pkSeq));
    expect(inRed.map(({ pkSeq }) => pkSeq)).toEqual(inRed.map(({ pkSeq }) => pkSeq).sort((a, b) => a - b));
    expect(inRed.map(({ state }) => state)).toEqual(inBlue.map(({ state }) => state));
    expect(inRed.filter(({ event }) => event === "pk.ended")).toHaveLength(1);
    expect((await getMyPk(as(blue))).history.map((battle) => battle.pkId)).toEqual([pkId]);
    expect(await getCurrentPk(as(green), blue)).toBeNull();
  });

  it("takes refunds off, and one after the result changes nothing", async () => {
    const pkId = await fight();
    const [refunded, kept] = [await give(pkId, red, 1_000), await give(pkId, red, 2_000)];
    const refund = ({ senderId, giftOrderId }: QueuedGift) =>
      refundGift(callBy(harness.resources, randomUUID(), "operator"), {
        senderId,
        giftOrderId,
        refundId: randomUUID(),
        reason: "sent by a child",
      });
    await refund(refunded);
    await settle(pkId);
    expect(await pointsOf(pkId)).toEqual([100, 0]);
    await refund(kept);
    await expectRecomputed(pkId);
  });

  it("counts one gift only, or how many people gave, as was agreed", async () => {
    const byPeople = await fight([blue], { counts: "senders" });
    for (const senderId of [viewer, viewer, other]) await give(byPeople, red, 1_000, { senderId });
    await settle(byPeople);
    expect(await pointsOf(byPeople)).toEqual([2, 0]);
    await expectRecomputed(byPeople);
  });

  it("multiplies what a booster covers", async () => {
    const pkId = await fight();
    const from = (await find(pkId)).battle.windowFrom?.getTime() ?? 0;
    await sql()`
      INSERT INTO pk_boosters (booster_id, pk_id, room_id, user_id, factor_percent, from_at, to_at)
      VALUES (${randomUUID()}, ${pkId}, ${blue.roomId}, ${viewer}, 150, ${new Date(from + 1_000)}, ${new Date(from + 2_000)})`;
    for (const afterMs of [999, 1_000, 2_000]) await give(pkId, blue, afterMs, { priceCoins: 101 });
    await settle(pkId);
    expect(await pointsOf(pkId)).toEqual([0, 101 + 151 + 101]);
    await expectRecomputed(pkId);
  });

  it("has no winner and no punishment below the minimum", async () => {
    const pkId = await fight();
    await give(pkId, red, 1_000, { priceCoins: 99 });
    await settle(pkId);
    expect((await find(pkId)).battle).toMatchObject({ outcome: "below_minimum", winnerId: null });
    await pass(pkId, 6);
    await driver.round();
    expect(await stateOf(pkId)).toBe("closed");
  });

  it("shows scores while it runs, which are the same when somebody else goes on", async () => {
    const pkId = await fight();
    await sql()`UPDATE pk_battles SET due_at = now() + interval '1 hour', status = 'running',
      window_to = now() + interval '1 hour' WHERE pk_id = ${pkId}`;
    await give(pkId, red, 1_000);
    await driver.round();
    expect(await pointsOf(pkId)).toEqual([100, 0]);
    await give(pkId, blue, 2_000, { senderId: other, anonymous: true });
    await release(pkId);
    await newDriver().round();
    expect(await pointsOf(pkId)).toEqual([100, 100]);
    const shown = await getCurrentPk(as(green), red);
    expect(shown?.sides[1]?.helpers).toEqual([{ userId: null, nickname: "", points: 100 }]);
    expect((await eventsOf(blue)).at(-1)?.sides.map(({ points }) => points)).toEqual([100, 100]);
  });

  it("is lost by who leaves while it runs, and by whose room is closed, whatever the score", async () => {
    const left = await fight();
    await sql()`UPDATE pk_battles SET due_at = now() + interval '1 hour', status = 'running',
      window_to = now() + interval '1 hour' WHERE pk_id = ${left}`;
    await give(left, red, 1_000);
    await leavePk(as(red), { pkId: left });
    expect(await stateOf(left)).toBe("frozen");
    await pass(left, 4);
    await settle(left);
    expect((await find(left)).battle).toMatchObject({ outcome: "left", winnerId: blue.anchorId });
    await expectRecomputed(left);
    await stopPk(callBy(harness.resources, randomUUID(), "operator"), { pkId: left, reason: "seen enough" });

    const gone = await fight([blue, green]);
    await sql()`UPDATE pk_battles SET due_at = now() + interval '1 hour', status = 'running',
      window_to = now() + interval '1 hour' WHERE pk_id = ${gone}`;
    const { roomId, anchorId } = green;
    await closeRoomSession(harness.resources.live, { roomId, anchorId, now: new Date() });
    await driver.round();
    const { battle, sides } = await find(gone);
    expect([battle.status, ...sides.map(({ state }) => state)]).toEqual([
      "running",
      "accepted",
      "accepted",
      "gone",
    ]);
  });

  it("waits for gifts that are on their way, and no longer than it may", async () => {
    const pkId = await fight();
    const { redis } = harness.resources;
    const key = streamKey("gifts", bucketOf(viewer));
    await redis.xadd(key, "1-1", "gift", "{}");
    await sql()`UPDATE pk_battles SET due_at = now() - interval '1 second', status = 'frozen' WHERE pk_id = ${pkId}`;
    await driver.round();
    expect(await stateOf(pkId)).toBe("frozen");
    await pass(pkId, 61);
    await driver.round();
    await redis.del(key);
    expect((await find(pkId)).battle).toMatchObject({ status: "settled", isCutShort: true });
    await give(pkId, red, 1_000);
    await expectRecomputed(pkId);
  });

  it("is ended by an operator, with the reason in the record", async () => {
    const pkId = await fight();
    const operator = callBy(harness.resources, randomUUID(), "operator");
    await stopPk(operator, { pkId, reason: "a quarrel" });
    expect((await find(pkId)).battle).toMatchObject({ status: "closed", endReason: "stopped" });
    const [action] = await sql()`SELECT reason FROM operator_actions WHERE subject = ${`pk:${pkId}`}`;
    expect(action).toEqual({ reason: "a quarrel" });
    await expect(stopPk(operator, { pkId, reason: "again" })).rejects.toMatchObject({
      bizName: "PK_STATE_CONFLICT",
    });
    await driver.round();
    expect((await eventsOf(red)).at(-1)).toMatchObject({ event: "pk.ended", endReason: "stopped" });
    expect(await invite()).toBeTruthy();
  });
});

describe("when processes die", () => {
  /** What a process does before it dies: the change alone, told to nobody. */
  async function changeOnly(pkId: string): Promise<void> {
    const { live } = harness.resources;
    const row = await find(pkId);
    const { battle } = row;
    if (battle.status === "accepted") return void (await beginPkCountdown(live, battle));
    if (battle.status === "frozen") {
      const { scores, end } = await foldPk(live, row);
      const facts = { scores, toSeqs: end.seqs, refundSeq: end.refundSeq, isCutShort: false };
      return void (await settlePk(live, battle, { ...facts, outcome: "score", winnerId: red.anchorId }));
    }
    const next = nextByClock(battle.status, { durationSeconds: 300, hasWinner: battle.winnerId !== null });
    if (next) await stepPk(live, battle, next);
  }

  it("another one goes on from any state, and tells what was not told", async () => {
    const pkId = await accept();
    const seen: string[] = [];
    while ((await stateOf(pkId)) !== "closed") {
      await release(pkId);
      await changeOnly(pkId);
      const { battle } = await find(pkId);
      seen.push(battle.status);
      if (battle.status === "countdown") {
        await pass(pkId, 600);
        await give(pkId, red, 1_000);
      } else await sql()`UPDATE pk_battles SET due_at = now() + interval '1 hour' WHERE pk_id = ${pkId}`;
      if (battle.status !== "countdown") {
        await newDriver().round();
        expect((await find(pkId)).battle.announcedSeq).toBe((await find(pkId)).battle.seq);
      }
      await sql()`UPDATE pk_battles SET due_at = now() - interval '1 second' WHERE pk_id = ${pkId}`;
    }
    expect(seen).toEqual(PK_STATES.slice(2));
    await newDriver().round();
    expect((await eventsOf(red)).at(-1)?.state).toBe("closed");
    expect(await pointsOf(pkId)).toEqual([100, 0]);
    await expectRecomputed(pkId);
  });

  it("two that drive at once take each step once", async () => {
    const pkId = await fight();
    await give(pkId, red, 1_000);
    for (let round = 0; round < 3; round++) {
      await release(pkId);
      const row = await find(pkId);
      const next = nextByClock(row.battle.status, { durationSeconds: 300, hasWinner: false });
      if (!next) break;
      const taken = await Promise.all([1, 2, 3].map(() => stepPk(harness.resources.live, row.battle, next)));
      expect(taken.filter(Boolean)).toHaveLength(1);
    }
    await Promise.all([1, 2, 3].map(() => newDriver().round()));
    await release(pkId);
    await newDriver().round();
    expect(await stateOf(pkId)).toBe("settled");
    const seqs = (await eventsOf(red)).map(({ pkSeq }) => pkSeq);
    expect(new Set((await eventsOf(blue)).map(({ pkSeq }) => pkSeq))).toEqual(new Set(seqs));
    expect(await takeSideOut(harness.resources.live, { pkId, anchorId: red.anchorId, as: "left" })).toBe(
      false,
    );
    await expectRecomputed(pkId);
  });
});
