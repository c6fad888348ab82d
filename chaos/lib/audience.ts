import { expect } from "vitest";
import type { RoomEventsAfter } from "@/domain/contracts/events";
import { trpcGet } from "@/testkit/trpc";
import type { Follower } from "./follow-room";
import type { GiftLoad, GiftLoadResult } from "./gift-load";
import { countCommitted, expectCleanAudit, type Rig, type SentGift, waitUntil, waitUntilFinal } from "./rig";

/** Viewers of one room, and what they must have seen when a load is over. */

export async function waitForGifts(rig: Rig, what: string, count: number): Promise<void> {
  const before = await countCommitted(rig);
  await waitUntil(what, async () => (await countCommitted(rig)) >= before + count);
}

export async function waitUntilAllSeeLive(followers: readonly Follower[]): Promise<void> {
  const before = followers.map((follower) => follower.pushedSeqs.size);
  await waitUntil("every viewer sees gifts live", async () =>
    followers.every((follower, index) => follower.pushedSeqs.size > (before[index] ?? 0)),
  );
}

/** Ends the load; then every gift is paid, every viewer has seen each gift of the room once, and the books are right. */
export async function expectNothingUnseen(
  rig: Rig,
  running: GiftLoad,
  followers: readonly Follower[],
  roomId: string,
): Promise<GiftLoadResult> {
  const result = await running.stop();
  expect(result.givenUp).toBe(0);
  const final = await waitUntilFinal(rig, result.accepted);
  expect([...final.values()].filter((gift) => gift.status !== "settled")).toEqual([]);
  const { latestSeq } = await trpcGet<RoomEventsAfter>(rig.stack.webUrl, "room.eventsAfter", {
    roomId,
    seq: 0,
  });
  await waitUntil("every viewer has caught up", async () =>
    followers.every((follower) => follower.contiguousSeq >= latestSeq),
  );
  const ofRoom = result.accepted.filter((gift) => gift.roomId === roomId);
  expect(ofRoom.length).toBeGreaterThan(10);
  // A gift is final before the room is told of it.
  const countShown = ({ shown }: Follower) => shown.filter(({ event }) => event === "gift.settled").length;
  await waitUntil("every viewer was shown every gift", async () =>
    followers.every((follower) => countShown(follower) >= ofRoom.length),
  );
  for (const follower of followers) expectSeenOnce(follower, ofRoom);
  await expectCleanAudit(rig);
  return result;
}

function expectSeenOnce(follower: Follower, gifts: readonly SentGift[]): void {
  expect(follower.isTruncated).toBe(false);
  const seqs = follower.shown.map((event) => event.seq);
  expect(new Set(seqs).size).toBe(seqs.length);
  const shownIds = follower.shown.flatMap((event) =>
    event.event === "gift.settled" ? [event.giftOrderId] : [],
  );
  expect(shownIds.toSorted()).toEqual(gifts.map((gift) => gift.giftOrderId).toSorted());
}
