import { openWallets } from "@/db/live/ledger/accounts";
import { startNginx } from "@/stack/services/nginx";
import { crowdId, signInCrowd } from "@/testkit/crowd";
import {
  ACCEPTED_P99_MS_MAX,
  CLOSED_CONNECTIONS,
  type ClosedLoad,
  type CrowdHeard,
  measureClosed,
  REFUSED_P99_MS_MAX,
  sendByClock,
} from "@/testkit/overload-crowd";
import { grantForLoad } from "@/testkit/people";
import type { Scenario } from "../lib/scenario";
import { makeSender, type UnwellRig } from "../lib/unwell-rig";

/** Their cookies have to fit into an argument of a process, which holds 128 KiB. */
const CROWD = 60;
const TIMES = 10;
/** Half of the example's: everything runs on this machine, and the web process takes half as many. */
const GIFT_SLOTS = 64;
const CLOSED_SECONDS = 3;
const SECONDS = 12;
const CONNECTIONS = 1_000;

const crowd = Array.from({ length: CROWD }, (_, i) => makeSender(crowdId(9_000 + i)));
const crowdIds = crowd.map(({ userId }) => userId);

/** More comes than can be done. The crowd sends from a process of its own, each gift once, and counts what it hears. */
export const CROWDS: readonly Scenario[] = [makeOverload()];

function makeOverload(): Scenario {
  let heard: CrowdHeard | undefined;
  let before: ClosedLoad | undefined;
  return {
    name: "overload",
    fault: "ten times the gifts that can be taken, behind nginx",
    faultMs: 0,
    others: new Set(crowdIds),
    async inject(rig) {
      await signInCrowd(rig.live, crowdIds);
      await openWallets(rig.live.sql, crowdIds);
      await grantForLoad(rig.live, crowdIds);
      const { web } = rig.processes;
      if (!web) throw new Error("The web process does not run.");
      const webPort = Number(new URL(web.url).port);
      const who = { people: crowd.map((sender) => sender.signer()), rooms: rig.roomIds };
      before = await measureClosed({ ...who, port: webPort, seconds: CLOSED_SECONDS });
      const nginx = await startNginx({
        web: [webPort],
        push: [rig.stack.pushPort],
        giftSlots: GIFT_SLOTS,
        perAddress: "unlimited",
      });
      try {
        heard = await sendByClock({
          ...who,
          port: nginx.port,
          hostPort: webPort,
          perSecond: TIMES * before.requestsPerSecond,
          seconds: SECONDS,
          connections: CONNECTIONS,
        });
      } finally {
        await nginx.stop();
      }
      return async () => undefined;
    },
    async after(rig) {
      if (!heard || !before) return ["the crowd was not there"];
      const problems = await compareCounts(rig, heard, before);
      if (heard.acceptedP99Ms > ACCEPTED_P99_MS_MAX)
        problems.push(`accepted after ${Math.round(heard.acceptedP99Ms)} ms (p99)`);
      if (heard.refusedP99Ms > REFUSED_P99_MS_MAX) {
        const times = [heard.refusedP99Ms, heard.lagP99Ms].map((ms) => `${Math.round(ms)} ms`);
        problems.push(`refused after ${times[0]} (p99), the crowd itself being ${times[1]} late`);
      }
      return problems;
    },
  };
}

/**
 * Each gift was sent once: as many are in the books as were accepted, and at most those besides that heard nothing, to
 * which those belong that were under way when the closed loop ended.
 */
async function compareCounts(
  rig: UnwellRig,
  { statuses, lost, unanswered }: CrowdHeard,
  before: ClosedLoad,
): Promise<string[]> {
  const [row] = await rig.live.sql<{ gifts: string }[]>`
    SELECT count(*) AS gifts FROM gift_records WHERE sender_id = ANY(${crowdIds}::uuid[])`;
  const gifts = Number(row?.gifts);
  const accepted = before.answered + (statuses["200"] ?? 0);
  const unclear = lost + unanswered + CLOSED_CONNECTIONS;
  if (accepted > 0 && gifts >= accepted && gifts <= accepted + unclear) return [];
  return [
    `the crowd heard yes ${accepted} times (${unclear} heard nothing), and ${gifts} gifts are in the books`,
  ];
}
