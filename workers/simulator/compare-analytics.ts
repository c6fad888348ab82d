import type { TipsKey } from "@/domain/contracts/analytics";
import type { SimulatorDifference } from "@/domain/contracts/simulator";
import { getTips } from "@/server/services/analytics/get-tips";
import type { Resources } from "@/server/services/context";
import type { Tally } from "./gift-book";

const HOUR_MS = 3_600_000;
const ANCHORS_AT_ONCE = 50;

/** What analytics says of simulated anchors in the hours of a run: by anchor, and by the gender of who gave. */
export interface AnalyticsOfRun {
  byAnchor: Map<string, Tally>;
  byGender: Map<string, Tally>;
  isCurrent: boolean;
}

export async function readAnalytics(
  resources: Pick<Resources, "live" | "finance">,
  { anchorIds, from, to }: { anchorIds: readonly string[]; from: Date; to: Date },
): Promise<AnalyticsOfRun> {
  const read: AnalyticsOfRun = { byAnchor: new Map(), byGender: new Map(), isCurrent: true };
  for (let at = 0; at < anchorIds.length; at += ANCHORS_AT_ONCE) {
    const some = anchorIds.slice(at, at + ANCHORS_AT_ONCE);
    const groupBy: TipsKey[] = ["anchor", "viewerGender"];
    const tips = await getTips(resources, {
      from: from.toISOString(),
      to: new Date(to.getTime() + HOUR_MS).toISOString(),
      groupBy,
      anchorIds: some,
    });
    read.isCurrent &&= tips.isCurrent;
    for (const { anchor = "", viewerGender = "unsaid", gifts, coins } of tips.rows) {
      add(read.byAnchor, anchor, { gifts, coins });
      add(read.byGender, viewerGender, { gifts, coins });
    }
  }
  return read;
}

function add(sums: Map<string, Tally>, key: string, { gifts, coins }: Tally): void {
  const sum = sums.get(key) ?? { gifts: 0, coins: 0 };
  sums.set(key, { gifts: sum.gifts + gifts, coins: sum.coins + coins });
}

/** Where what came to analytics during a run is not what the simulator had paid. */
export function compareAnalytics(
  before: AnalyticsOfRun,
  after: AnalyticsOfRun,
  simulated: Pick<AnalyticsOfRun, "byAnchor" | "byGender">,
): SimulatorDifference[] {
  const differences: SimulatorDifference[] = [];
  if (!after.isCurrent) differences.push({ what: "analytics is not current", simulator: 0, product: 0 });
  for (const by of ["byAnchor", "byGender"] as const) {
    for (const key of new Set([...after[by].keys(), ...simulated[by].keys()])) {
      for (const sum of ["gifts", "coins"] as const) {
        const product = (after[by].get(key)?.[sum] ?? 0) - (before[by].get(key)?.[sum] ?? 0);
        const simulator = simulated[by].get(key)?.[sum] ?? 0;
        if (product !== simulator) differences.push({ what: `${sum} of ${key}`, simulator, product });
      }
    }
  }
  return differences;
}
