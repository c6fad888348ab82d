import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RoomEventsAfter } from "@/domain/contracts/events";
import type { PkBattle } from "@/domain/contracts/pk";
import { DEMO_ANCHOR_PHONES } from "@/domain/rules/demo-users";
import { recomputePks } from "@/server/services/pk/recompute-pk";
import type { StackProcess } from "@/stack/stack-process";
import { uuid7 } from "@/testkit/load";
import { type SignedIn, signIn } from "@/testkit/people";
import { trpcGet, trpcPost } from "@/testkit/trpc";
import { startGiftLoad } from "./lib/gift-load";
import { expectCleanAudit, type Rig, startRig, waitUntil, waitUntilFinal } from "./lib/rig";

/** Gifts come all the time, before and after the end too; what is killed is killed in the last second of the window. */
const GIFTS_PER_SECOND = 30;
const SETTLED_MS_MAX = 100_000;

let rig: Rig;
let sides: (SignedIn & { roomId: string })[];
let debit: StackProcess;
let credits: StackProcess[];

beforeAll(async () => {
  rig = await startRig({ balanced: true, env: { RATE_LIMIT_PK: "1000/1" } });
  [debit] = await Promise.all([rig.stack.start("gift-debit"), rig.stack.start("settlement")]);
  credits = await Promise.all([rig.stack.start("packet-credit"), rig.stack.start("packet-credit")]);
  const anchors = await Promise.all(DEMO_ANCHOR_PHONES.map((phone) => signIn(rig.stack.webUrl, phone)));
  sides = anchors
    .flatMap((anchor) => {
      const room = rig.rooms.find(({ anchorId }) => anchorId === anchor.userId);
      return room ? [{ ...anchor, roomId: room.roomId }] : [];
    })
    .slice(0, 2);
});
afterAll(() => rig?.close());
beforeEach(({ onTestFailed }) => {
  onTestFailed(() => console.error(rig.stack.describe()));
});

async function begin(): Promise<string> {
  const [red, blue] = sides;
  if (!red || !blue) throw new Error("Fewer than two rooms are live.");
  const pkId = uuid7();
  const facts = { pkId, anchorIds: [blue.userId], durationSeconds: 30, counts: "all" };
  await trpcPost(rig.stack.webUrl, "pk.invite", facts, red.cookie);
  await trpcPost(rig.stack.webUrl, "pk.accept", { pkId }, blue.cookie);
  return pkId;
}
const read = (pkId: string) => trpcGet<PkBattle>(rig.stack.webUrl, "pk.result", { pkId });
async function eventsOf(roomId: string, pkId: string) {
  const [person] = rig.people;
  const { events } = await trpcGet<RoomEventsAfter>(
    rig.stack.webUrl,
    "room.eventsAfter",
    { roomId, seq: 0 },
    person?.cookie,
  );
  return events.filter((event) => "pkId" in event && event.pkId === pkId);
}

describe("killed in the last second of a battle, with gifts on their way", () => {
  it.each([
    [
      "the web process",
      async () => {
        await rig.web.kill9();
        rig.web = await rig.stack.start("web");
      },
    ],
    [
      "gift-debit",
      async () => {
        await debit.kill9();
        debit = await rig.stack.start("gift-debit");
      },
    ],
    [
      "both that drive battles",
      async () => {
        await Promise.all(credits.map((credit) => credit.kill9()));
        credits = await Promise.all([rig.stack.start("packet-credit"), rig.stack.start("packet-credit")]);
      },
    ],
    [
      "the push gateway",
      async () => {
        await rig.push.kill9();
        rig.push = await rig.stack.start("push-gateway");
      },
    ],
    [
      "Redis",
      async () => {
        await rig.stack.redis.kill9();
        await rig.stack.redis.restart();
      },
    ],
  ])("%s: the score is that of the records, and the same in both rooms", async (_, kill) => {
    const pkId = await begin();
    const rooms = sides.map(({ roomId, userId }) => ({ roomId, anchorId: userId }));
    const load = startGiftLoad({ ...rig, rooms }, GIFTS_PER_SECOND);
    await waitUntil("it runs", async () => (await read(pkId)).state === "running");
    // Its end is near: nobody waits for a minute.
    await rig.live.sql`
      UPDATE pk_battles SET status = 'final', seq = seq + 1, due_at = now() + interval '4 seconds',
        window_to = now() + interval '4 seconds' WHERE pk_id = ${pkId} AND status = 'running'`;
    await waitUntil("its last second", async () => {
      const rows = await rig.live.sql`
        SELECT 1 FROM pk_battles WHERE pk_id = ${pkId} AND window_to < now() + interval '1 second'`;
      return rows.length > 0;
    });
    await kill();
    await waitUntil("it is settled", async () => (await read(pkId)).outcome !== null, SETTLED_MS_MAX);
    const { accepted } = await load.stop();
    const receipts = await waitUntilFinal(rig, accepted);
    const shown = await read(pkId);
    const given = (roomId: string) =>
      accepted
        .filter((gift) => gift.roomId === roomId && receipts.get(gift.giftOrderId)?.pk?.isCounted)
        .reduce((sum, gift) => sum + (receipts.get(gift.giftOrderId)?.totalCoins ?? 0), 0);
    expect(shown.sides.map(({ roomId, points }) => [roomId, points])).toEqual(
      shown.sides.map(({ roomId }) => [roomId, given(roomId)]),
    );
    expect(shown.sides.every(({ points }) => points > 0)).toBe(true);
    expect(await recomputePks(rig.live, pkId)).toEqual({ checked: 1, differences: [] });
    const [inRed, inBlue] = await Promise.all(sides.map(({ roomId }) => eventsOf(roomId, pkId)));
    const ends = [inRed, inBlue].map((events) => events?.findLast(({ event }) => event === "pk.ended"));
    for (const end of ends) expect(end).toMatchObject({ sides: shown.sides, winnerId: shown.winnerId });
    await rig.live.sql`UPDATE pk_battles SET due_at = now() WHERE pk_id = ${pkId}`;
    await waitUntil("its anchors are free", async () => {
      await rig.live
        .sql`UPDATE pk_battles SET due_at = now() WHERE pk_id = ${pkId} AND status = 'punishment'`;
      return (await read(pkId)).state === "closed";
    });
    await expectCleanAudit(rig);
  });
});
