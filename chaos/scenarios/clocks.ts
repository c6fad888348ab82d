import { pathToFileURL } from "node:url";
import { readReadiness } from "../lib/read-readiness";
import type { Scenario } from "../lib/scenario";

const AHEAD_MS = 13 * 3_600_000;

/** Wrong clocks: a second web process takes half of the connections and lives thirteen hours ahead. */
export const CLOCKS: readonly Scenario[] = [
  {
    name: "clock-ahead",
    fault: "one of two web processes 13 h ahead",
    // The senders sign themselves for an hour, which is over there.
    mayBeTold: ["UNAUTHENTICATED"],
    async inject(rig) {
      const preload = pathToFileURL("chaos/lib/shifted-clock.mjs").href;
      const ahead = await rig.stack.start(
        "web",
        {
          ...rig.linkEnv("web"),
          NODE_OPTIONS: `--import ${preload}`,
          SHIFTED_CLOCK_MS: String(AHEAD_MS),
        },
        // It should never say that it is ready; whoever sends people there all the same must not do harm.
        "alive",
      );
      rig.odd = ahead;
      return async () => {
        rig.odd = undefined;
        await ahead.stop();
      };
    },
    async during({ odd }) {
      return odd && (await readReadiness(odd)) ? ["a process 13 h ahead says that it is ready"] : [];
    },
    async after(rig) {
      const [row] = await rig.live.sql<{ gifts: string }[]>`
        SELECT count(*) AS gifts FROM gift_records WHERE sent_at > now() + interval '1 minute'`;
      return Number(row?.gifts) === 0 ? [] : [`${row?.gifts} gifts were sent in the future`];
    },
  },
];
