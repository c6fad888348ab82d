import { ensureWallet } from "@/db/live/queries/wallets";
import { crowdId } from "@/testkit/crowd";
import {
  ACCEPTED_P99_MS_MAX,
  type CrowdHeard,
  REFUSED_P99_MS_MAX,
  sendByClock,
} from "@/testkit/overload-crowd";
import { grantForLoad } from "@/testkit/people";
import type { Scenario } from "../lib/scenario";
import { makeSender, type UnwellRig } from "../lib/unwell-rig";

/** Their cookies have to fit into an argument of a process, which holds 128 KiB. */
const CROWD = 60;
/** Far beyond ten times what one web process takes beside everything else that runs here. */
const OFFERED_PER_SECOND = 20_000;
const SECONDS = 12;
const CONNECTIONS = 1_000;

const crowd = Array.from({ length: CROWD }, (_, i) => makeSender(crowdId(9_000 + i)));
const crowdIds = crowd.map(({ userId }) => userId);

/** More comes than can be done. The crowd sends from a process of its own, each gift once, and counts what it hears. */
export const CROWDS: readonly Scenario[] = [makeOverload()];

function makeOverload(): Scenario {
  let heard: CrowdHeard | undefined;
  return {
    name: "overload",
    fault: "gifts far beyond ten times the rate that can be taken",
    faultMs: 0,
    others: new Set(crowdIds),
    async inject(rig) {
      for (const userId of crowdIds) await ensureWallet(rig.live, userId);
      await grantForLoad(rig.live, crowdIds);
      const { web } = rig.processes;
      if (!web) throw new Error("The web process does not run.");
      heard = await sendByClock({
        port: Number(new URL(web.url).port),
        perSecond: OFFERED_PER_SECOND,
        seconds: SECONDS,
        connections: CONNECTIONS,
        cookies: crowd.map((sender) => sender.cookie()),
        rooms: rig.roomIds,
      });
      return async () => undefined;
    },
    async after(rig) {
      if (!heard) return ["the crowd was not there"];
      const problems = await compareCounts(rig, heard);
      if (heard.acceptedP99Ms > ACCEPTED_P99_MS_MAX)
        problems.push(`accepted after ${Math.round(heard.acceptedP99Ms)} ms (p99)`);
      if (heard.refusedP99Ms > REFUSED_P99_MS_MAX)
        problems.push(`refused after ${Math.round(heard.refusedP99Ms)} ms (p99)`);
      return problems;
    },
  };
}

/** Each gift was sent once: as many are in the books as were accepted, and at most those besides that heard nothing. */
async function compareCounts(rig: UnwellRig, { statuses, lost, unanswered }: CrowdHeard): Promise<string[]> {
  const [row] = await rig.live.sql<{ gifts: string }[]>`
    SELECT count(*) AS gifts FROM gift_records WHERE sender_id = ANY(${crowdIds}::uuid[])`;
  const gifts = Number(row?.gifts);
  const accepted = statuses["200"] ?? 0;
  const unclear = lost + unanswered;
  if (accepted > 0 && gifts >= accepted && gifts <= accepted + unclear) return [];
  return [
    `the crowd heard yes ${accepted} times (${unclear} heard nothing), and ${gifts} gifts are in the books`,
  ];
}
