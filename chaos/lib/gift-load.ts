import { setTimeout as delay } from "node:timers/promises";
import type { GiftSendResult } from "@/server/contracts/gift";
import { uuid7 } from "../../bench/lib/load";
import { RefusedError, trpcPost } from "../../bench/lib/trpc";
import { RECOVERY_MS_MAX, type Rig, type SentGift } from "./rig";

export interface GiftLoad {
  /** Ends the load and resolves with what was accepted and which refusals people saw on the way. */
  stop(): Promise<{ accepted: SentGift[]; refusals: Map<string, number> }>;
}

/**
 * Sends one gift of 10 coins after the other by the clock, each sender in turn, as the room page does: an answer that is
 * lost, or says that the service is away, is followed by the same order again.
 */
export function startGiftLoad(rig: Rig, giftsPerSecond: number): GiftLoad {
  const accepted: SentGift[] = [];
  const refusals = new Map<string, number>();
  const running = new Set<Promise<void>>();
  let stopping = false;

  const send = async (turn: number) => {
    const sender = rig.people[turn % rig.people.length];
    const room = rig.rooms[turn % rig.rooms.length];
    if (!sender || !room) throw new Error("Nobody is there.");
    const giftOrderId = uuid7();
    const until = Date.now() + RECOVERY_MS_MAX;
    while (Date.now() < until) {
      try {
        await trpcPost<GiftSendResult>(
          rig.stack.webUrl,
          "gift.send",
          { giftOrderId, roomId: room.roomId, giftId: "hearts", count: 1 },
          sender.cookie,
        );
        accepted.push({ giftOrderId, sender });
        return;
      } catch (error) {
        const name = error instanceof RefusedError ? error.bizName : "no connection";
        refusals.set(name, (refusals.get(name) ?? 0) + 1);
        if (name !== "UNAVAILABLE" && name !== "no connection") return;
        await delay(200);
      }
    }
  };

  const clock = (async () => {
    for (let turn = 0; !stopping; turn++) {
      const task = send(turn).finally(() => running.delete(task));
      running.add(task);
      await delay(1_000 / giftsPerSecond);
    }
  })();

  return {
    async stop() {
      stopping = true;
      await clock;
      await Promise.all(running);
      return { accepted, refusals };
    },
  };
}
