import { setTimeout as delay } from "node:timers/promises";
import { crowdId, signInCrowd } from "@/testkit/crowd";
import { letFall, makeReadyRain, signInRainyAnchor, waitUntilEnded } from "@/testkit/rain";
import { keepRedis } from "../lib/earlier-state";
import { recordClaims } from "../lib/recorded-claims";
import type { Scenario } from "../lib/scenario";
import { makeSender } from "../lib/unwell-rig";

const BACK_MS = 5_000;

/** Redis comes back and knows nothing of the last seconds: with an older log, as a replica that lagged would. */
export const OLDER_REDIS: readonly Scenario[] = [
  {
    name: "older-redis",
    fault: "Redis comes back with its log of 5 s ago",
    faultMs: 3_000,
    async inject(rig) {
      const kept = await keepRedis(rig.stack.redis);
      await delay(BACK_MS);
      await kept.putBack();
      kept.forget();
      return async () => undefined;
    },
  },
  {
    name: "older-redis-rain",
    fault: "the same while a rain falls",
    faultMs: 3_000,
    // Who comes when all packets are gone is told so, and so is who comes when the rain is over.
    mayBeTold: ["RAIN_EMPTY", "RAIN_ENDED", "RAIN_ALREADY_CLAIMED"],
    async inject(rig, history) {
      const { webUrl } = rig.stack;
      const anchor = await signInRainyAnchor(webUrl, rig.live);
      const { rain } = await makeReadyRain(webUrl, anchor, {
        budgetCoins: PACKETS * 10,
        packetCount: PACKETS,
        durationSeconds: 30,
      });
      const { code } = await letFall(webUrl, anchor, rain.rainId);
      const viewerIds = Array.from({ length: VIEWERS }, (_, number) => crowdId(number + 1));
      await signInCrowd(rig.live, viewerIds);
      const claiming = recordClaims(webUrl, history, {
        viewers: viewerIds.map(makeSender),
        rain: { rainId: rain.rainId, code, roomId: anchor.roomId },
        everyMs: 150,
        untilMs: Date.now() + 60_000,
      });
      await delay(BACK_MS / 2);
      const kept = await keepRedis(rig.stack.redis);
      await delay(BACK_MS);
      await kept.putBack();
      kept.forget();
      return async () => {
        await claiming;
        // By its time at the latest, and without an operator.
        await waitUntilEnded(webUrl, anchor, rain.rainId, 60_000);
      };
    },
  },
];

const PACKETS = 60;
const VIEWERS = 80;
