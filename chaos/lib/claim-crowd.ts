import { setTimeout as delay } from "node:timers/promises";
import type { RainPacket } from "@/domain/contracts/rain";
import { crowdId, crowdSigner, signInCrowd } from "@/testkit/crowd";
import { uuid7 } from "@/testkit/load";
import { RefusedError, trpcPost } from "@/testkit/trpc";
import { CLEAR_REFUSALS, RECOVERY_MS_MAX, type Rig } from "./rig";

export const CROWD_AUTH_SECRET = "chaos-secret-of-a-crowd-that-signs-itself";

export interface CrowdResult {
  /** What viewers were shown as won. */
  won: (RainPacket & { userId: string })[];
  /** What the others were told at last, and how often. */
  refusals: Map<string, number>;
  /** What anybody was told on the way, and tried again. */
  retried: Map<string, number>;
}

/**
 * A crowd that grabs, `connections` at a time, each viewer once, as the room page does: an answer that is lost, or says that
 * the service is away, is followed by the same claim again until there is a final one.
 */
export async function grabAll(
  rig: Rig,
  rain: { code: string; roomId: string },
  crowd: { first: number; viewers: number; connections: number; onAsked?: (count: number) => void },
): Promise<CrowdResult> {
  await signInCrowd(
    rig.live,
    Array.from({ length: crowd.viewers }, (_, number) => crowdId(crowd.first + number)),
  );
  const result: CrowdResult = { won: [], refusals: new Map(), retried: new Map() };
  const count = (where: Map<string, number>, name: string) => where.set(name, (where.get(name) ?? 0) + 1);
  let next = 0;

  const grab = async (userId: string) => {
    const claimId = uuid7();
    const until = Date.now() + RECOVERY_MS_MAX;
    for (;;) {
      try {
        const packet = await trpcPost<RainPacket>(
          rig.stack.webUrl,
          "rain.claim",
          { code: rain.code, roomId: rain.roomId, claimId },
          crowdSigner(userId, CROWD_AUTH_SECRET),
        );
        result.won.push({ ...packet, userId });
        return;
      } catch (error) {
        const name = error instanceof RefusedError ? error.bizName : "no connection";
        if (!CLEAR_REFUSALS.includes(name) || Date.now() > until) {
          count(result.refusals, name);
          return;
        }
        count(result.retried, name);
        await delay(100);
      }
    }
  };

  await Promise.all(
    Array.from({ length: crowd.connections }, async () => {
      while (next < crowd.viewers) {
        const turn = next++;
        crowd.onAsked?.(turn);
        await grab(crowdId(crowd.first + turn));
      }
    }),
  );
  return result;
}
