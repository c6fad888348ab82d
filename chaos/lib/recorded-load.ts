import { setTimeout as delay } from "node:timers/promises";
import type { GiftSendResult, GiftStatusResult } from "@/domain/contracts/gift";
import { uuid7 } from "@/testkit/load";
import type { Signer } from "@/testkit/signing";
import { isMaybe, trpcCall } from "./ask";
import type { History, Operation } from "./history";

/** Who sends, with a cookie that is fresh whenever it is asked for. */
export interface Sender {
  userId: string;
  signer(): Signer;
}

export interface RecordedLoad {
  /** No new orders from now on; resolves when each has its end, or when no more can be waited for. */
  stop(waitMs: number): Promise<void>;
  readonly unfinished: number;
}

const PRICE_COINS = 10;
const STATUS_ASKED_EVERY_MS = 700;
const AGAIN_AFTER_MS = [300, 600, 1_200, 2_000];

/**
 * Steady gifts of 10 coins by the clock, each sender and room in turn, and everything that is told of them goes into the
 * history. Each order is seen through as the room page does it: no answer, or "busy", is followed by the same order again;
 * an accepted one is asked about until it is final; one that is unknown all the same is sent again under its id.
 */
export function startRecordedLoad(
  webUrl: string,
  history: History,
  load: { senders: readonly Sender[]; roomIds: readonly string[]; giftsPerSecond: number },
): RecordedLoad {
  const running = new Set<Promise<void>>();
  let isStopping = false;
  let giveUpAtMs = Number.POSITIVE_INFINITY;
  const mayGoOn = () => Date.now() < giveUpAtMs;

  async function send(operation: Operation, sender: Sender, roomId: string): Promise<"accepted" | "refused"> {
    for (let attempt = 0; ; attempt++) {
      const askedAtMs = Date.now();
      history.record(operation, { type: "invoke" });
      const input = { giftOrderId: operation.id, roomId, giftId: "hearts", count: 1 };
      const answer = await trpcCall<GiftSendResult>(webUrl, "gift.send", { input }, sender.signer());
      if (answer.kind === "answer") {
        history.record(operation, { type: "ok", status: answer.value.status }, askedAtMs);
        return "accepted";
      }
      if (!isMaybe(answer)) {
        history.record(operation, { type: "fail", refusal: answer.why }, askedAtMs);
        return "refused";
      }
      history.record(operation, { type: "unknown", why: answer.why }, askedAtMs);
      if (!mayGoOn()) return "accepted";
      await delay(AGAIN_AFTER_MS[attempt] ?? AGAIN_AFTER_MS.at(-1));
    }
  }

  async function follow(operation: Operation, sender: Sender): Promise<"final" | "unknown"> {
    for (;;) {
      const askedAtMs = Date.now();
      const query = { giftOrderId: operation.id };
      const answer = await trpcCall<GiftStatusResult>(webUrl, "gift.status", { query }, sender.signer());
      if (answer.kind === "answer") {
        const { status } = answer.value;
        history.record(operation, { type: "status", status }, askedAtMs);
        if (status !== "pending") return status === "unknown" ? "unknown" : "final";
      }
      if (!mayGoOn()) return "final";
      await delay(STATUS_ASKED_EVERY_MS);
    }
  }

  async function seeThrough(turn: number): Promise<void> {
    const sender = load.senders[turn % load.senders.length];
    const roomId = load.roomIds[turn % load.roomIds.length];
    if (!sender || !roomId) throw new Error("Nobody is there.");
    const operation: Operation = { kind: "gift", id: uuid7(), userId: sender.userId, coins: PRICE_COINS };
    while ((await send(operation, sender, roomId)) === "accepted") {
      await delay(STATUS_ASKED_EVERY_MS / 2);
      if ((await follow(operation, sender)) === "final" || !mayGoOn()) return;
    }
  }

  const clock = (async () => {
    const startedMs = performance.now();
    for (let turn = 0; !isStopping; turn++) {
      const task = seeThrough(turn).finally(() => running.delete(task));
      running.add(task);
      await delay(Math.max(0, startedMs + ((turn + 1) * 1_000) / load.giftsPerSecond - performance.now()));
    }
  })();

  return {
    get unfinished() {
      return running.size;
    },
    async stop(waitMs) {
      isStopping = true;
      giveUpAtMs = Date.now() + waitMs;
      await clock;
      await Promise.all(running);
    },
  };
}
