import { runHelper } from "../../bench/lib/child";
import { crowdId } from "../../bench/lib/crowd";
import { grantForLoad } from "../../bench/lib/people";
import type { Scenario } from "../lib/scenario";
import { makeSender, type UnwellRig } from "../lib/unwell-rig";

const CROWD = 200;
/** Far beyond ten times what one web process takes beside everything else that runs here. */
const OFFERED_PER_SECOND = 20_000;
const SECONDS = 12;
const CONNECTIONS = 1_000;
const ACCEPTED_P99_MS_MAX = 1_000;
const REFUSED_P99_MS_MAX = 200;

interface Crowded {
  statuses: Record<string, number>;
  lost: number;
  unanswered: number;
  acceptedP99Ms: number;
  refusedP99Ms: number;
}

const crowd = Array.from({ length: CROWD }, (_, i) => makeSender(crowdId(9_000 + i)));

/** More comes than can be done. The crowd sends from a process of its own, each gift once, and counts what it hears. */
export const CROWDS: readonly Scenario[] = [
  {
    name: "overload",
    fault: "gifts far beyond ten times the rate that can be taken",
    faultMs: 0,
    others: new Set(crowd.map(({ userId }) => userId)),
    async inject(rig) {
      await grantForLoad(
        rig.live,
        crowd.map(({ userId }) => userId),
      );
      const { web } = rig.processes;
      if (!web) throw new Error("The web process does not run.");
      heard = await runHelper<Crowded>("bench-overload-crowd", {
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
      const problems = await compareCounts(rig, heard);
      if (heard.acceptedP99Ms > ACCEPTED_P99_MS_MAX)
        problems.push(`accepted after ${Math.round(heard.acceptedP99Ms)} ms (p99)`);
      if (heard.refusedP99Ms > REFUSED_P99_MS_MAX)
        problems.push(`refused after ${Math.round(heard.refusedP99Ms)} ms (p99)`);
      return problems;
    },
  },
];

let heard: Crowded = { statuses: {}, lost: 0, unanswered: 0, acceptedP99Ms: 0, refusedP99Ms: 0 };

/** Each gift was sent once: as many are in the books as were accepted, and at most those besides that heard nothing. */
async function compareCounts(rig: UnwellRig, { statuses, lost, unanswered }: Crowded): Promise<string[]> {
  const [row] = await rig.live.sql<{ gifts: string }[]>`
    SELECT count(*) AS gifts FROM gift_records WHERE sender_id = ANY(${crowd.map(({ userId }) => userId)}::uuid[])`;
  const gifts = Number(row?.gifts);
  const accepted = statuses["200"] ?? 0;
  const unclear = lost + unanswered;
  if (gifts >= accepted && gifts <= accepted + unclear) return [];
  return [
    `the crowd heard yes ${accepted} times (${unclear} heard nothing), and ${gifts} gifts are in the books`,
  ];
}
