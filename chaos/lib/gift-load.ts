import { setTimeout as delay } from "node:timers/promises";
import type { GiftSendResult } from "@/domain/contracts/gift";
import { uuid7 } from "@/testkit/load";
import { RefusedError, trpcPost } from "@/testkit/trpc";
import { CLEAR_REFUSALS, RECOVERY_MS_MAX, type Rig, type SentGift } from "./rig";

export interface GiftLoadResult {
  accepted: SentGift[];
  /** Orders that were tried again and again and never got an answer. */
  givenUp: number;
  /** How often the order was sent that was sent most often until it had its answer. */
  mostTries: number;
  /** What people were told on the way, and how often. */
  refusals: Map<string, number>;
  /** The longest that anybody waited for an answer. */
  slowestAnswerMs: number;
}

export interface GiftLoad {
  /** Ends the load and resolves when each order has its answer. */
  stop(): Promise<GiftLoadResult>;
}

const AGAIN_AFTER_MS = 200;

/**
 * Sends one gift of 10 coins after the other by the clock, each sender in turn, as the room page does: an answer that is
 * lost, or says that the service is away, is followed by the same order again; `asTold`: when the answer says.
 */
export function startGiftLoad(
  rig: Rig,
  giftsPerSecond: number,
  { asTold = false }: { asTold?: boolean } = {},
): GiftLoad {
  const accepted: SentGift[] = [];
  const refusals = new Map<string, number>();
  const running = new Set<Promise<void>>();
  let stopping = false;
  let givenUp = 0;
  let slowestAnswerMs = 0;
  let mostTries = 0;

  const send = async (turn: number) => {
    const sender = rig.people[turn % rig.people.length];
    const room = rig.rooms[turn % rig.rooms.length];
    if (!sender || !room) throw new Error("Nobody is there.");
    const giftOrderId = uuid7();
    const until = Date.now() + RECOVERY_MS_MAX;
    for (let tries = 1; Date.now() < until; tries++) {
      mostTries = Math.max(mostTries, tries);
      const askedAt = performance.now();
      try {
        await trpcPost<GiftSendResult>(
          rig.stack.webUrl,
          "gift.send",
          { giftOrderId, roomId: room.roomId, giftId: "hearts", count: 1 },
          sender.cookie,
        );
        accepted.push({ giftOrderId, roomId: room.roomId, sender });
        return;
      } catch (error) {
        const name = error instanceof RefusedError ? error.bizName : "no connection";
        refusals.set(name, (refusals.get(name) ?? 0) + 1);
        if (!CLEAR_REFUSALS.includes(name)) return;
        const toldMs = error instanceof RefusedError ? Number(error.details.retryAfterMs ?? 0) : 0;
        await delay(asTold ? Math.max(AGAIN_AFTER_MS, toldMs) : AGAIN_AFTER_MS);
      } finally {
        slowestAnswerMs = Math.max(slowestAnswerMs, performance.now() - askedAt);
      }
    }
    givenUp += 1;
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
      return { accepted, givenUp, mostTries, refusals, slowestAnswerMs };
    },
  };
}
