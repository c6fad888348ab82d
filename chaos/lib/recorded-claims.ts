import { setTimeout as delay } from "node:timers/promises";
import type { RainPacket } from "@/domain/contracts/rain";
import { uuid7 } from "@/testkit/load";
import { isMaybe, trpcCall } from "./ask";
import type { History, Operation } from "./history";
import type { Sender } from "./recorded-load";

const AGAIN_AFTER_MS = 400;

/**
 * Viewers grab one after the other, `everyMs` apart, each once and until there is an answer for good, as the room page does;
 * everything that they are told goes into the history.
 */
export async function recordClaims(
  webUrl: string,
  history: History,
  crowd: {
    viewers: readonly Sender[];
    rain: { rainId: string; code: string; roomId: string };
    everyMs: number;
    untilMs: number;
  },
): Promise<void> {
  const { rainId, code, roomId } = crowd.rain;
  const grab = async (viewer: Sender) => {
    const operation: Operation = { kind: "claim", id: uuid7(), userId: viewer.userId, rainId };
    while (Date.now() < crowd.untilMs) {
      const askedAtMs = Date.now();
      history.record(operation, { type: "invoke" });
      const input = { code, roomId, claimId: operation.id };
      const answer = await trpcCall<RainPacket>(webUrl, "rain.claim", { input }, viewer.signer());
      if (answer.kind === "answer") {
        const { packetIndex, coins } = answer.value;
        history.record(operation, { type: "won", packet: { packetIndex, coins } }, askedAtMs);
        return;
      }
      if (!isMaybe(answer)) {
        history.record(operation, { type: "fail", refusal: answer.why }, askedAtMs);
        return;
      }
      history.record(operation, { type: "unknown", why: answer.why }, askedAtMs);
      await delay(AGAIN_AFTER_MS);
    }
  };
  const grabbing: Promise<void>[] = [];
  for (const viewer of crowd.viewers) {
    grabbing.push(grab(viewer));
    await delay(crowd.everyMs);
  }
  await Promise.all(grabbing);
}
