import { OWN_LAG_P99_MS_MAX, type SimulatorReport } from "@/domain/contracts/simulator";

/** A machine, or a process with one thread that matters, counts as full from here on. */
const FULL = 0.9;
/** Arrivals are random: so far from the plan is nothing unusual. In standard deviations. */
const ARRIVALS_OFF_MAX = 6;

type Measured = Pick<SimulatorReport, "ownLag" | "gifts" | "giftsPerSecond" | "seconds">;

/** Why a run says nothing about the product; empty when it does. `isRateFixed` is false where the rate was changed. */
export function findInvalidities(
  { ownLag, gifts, giftsPerSecond, seconds }: Measured,
  isRateFixed: boolean,
): string[] {
  const reasons: string[] = [];
  if (!ownLag) return ["nothing was sent"];
  if (ownLag.p99Ms > OWN_LAG_P99_MS_MAX)
    reasons.push(`the simulator itself was late: ${ownLag.p99Ms} ms at the 99th percentile`);
  if (gifts.sent !== gifts.intended)
    reasons.push(`${gifts.intended - gifts.sent} intended gifts were never sent`);
  const planned = giftsPerSecond * seconds;
  // A combo draws its later gifts along: the sum varies more than that of independent ones.
  const deviation = Math.sqrt(planned) * 2;
  if (isRateFixed && Math.abs(gifts.intended - planned) > ARRIVALS_OFF_MAX * deviation)
    reasons.push(`${gifts.intended} gifts were intended where about ${Math.round(planned)} were planned`);
  return reasons;
}

/**
 * The resource that left nothing over: one process whose thread was busy all the time, or all cores together. Null where
 * nothing was full: then whatever was slow waited for something else.
 */
export function nameFullResource(
  cores: Readonly<Record<string, number>>,
  machineCores: number,
): string | null {
  const busiest = Object.entries(cores).sort(([, a], [, b]) => b - a);
  const [top] = busiest;
  if (!top) return null;
  const all = busiest.reduce((sum, [, used]) => sum + used, 0);
  const say = ([name, used]: [string, number]) => `${name} ${used.toFixed(2)}`;
  if (all >= machineCores * FULL)
    return `all ${machineCores} cores (${busiest.slice(0, 4).map(say).join(", ")})`;
  const [, used] = top;
  // PostgreSQL has many processes, and may use more than one core without being full.
  const single = busiest.find(([name, share]) => share >= FULL && name !== "postgres");
  if (single) return `the thread of ${single[0]} (${single[1].toFixed(2)} of one core)`;
  return used >= FULL ? `${say(top)} cores` : null;
}

/** How a report differs from an earlier one, one line each; what cannot be compared comes first. */
export function compareReports(now: SimulatorReport, before: SimulatorReport): string[] {
  const lines: string[] = [];
  const plan = ["behaviourVersion", "seed", "anchors", "viewers", "guests", "giftsPerSecond"] as const;
  for (const name of plan)
    if (now[name] !== before[name]) lines.push(`another plan: ${name} was ${before[name]}, is ${now[name]}`);
  const figure = (what: string, a: number | undefined, b: number | undefined) => {
    if (a === undefined || b === undefined) return;
    const change = b === 0 ? "" : ` (${a >= b ? "+" : ""}${Math.round((a / b - 1) * 100)} %)`;
    lines.push(`${what}: ${b} → ${a}${change}`);
  };
  figure("accepted a second", perSecond(now.gifts.accepted, now), perSecond(before.gifts.accepted, before));
  figure("gift.send p99, ms", now.answered?.p99Ms, before.answered?.p99Ms);
  figure("seen p99, ms", now.seenAfter?.p99Ms, before.seenAfter?.p99Ms);
  figure("lost", now.lost, before.lost);
  figure("twice", now.twice, before.twice);
  return lines;
}

const perSecond = (count: number, { seconds }: SimulatorReport) => Math.round((count / seconds) * 10) / 10;

/** The outcome of trying one rate. */
export type Verdict = "good" | "bad" | "invalid";

/**
 * Finds the highest good rate between `low` and `high` to `within` of itself, by bisection. An invalid try is neither good nor
 * bad: it is made once more, and twice invalid ends the search there.
 */
export async function findLimit(
  { low, high, within }: { low: number; high: number; within: number },
  tryRate: (rate: number) => Promise<Verdict>,
): Promise<{ rate: number; endedBy: "found" | "invalid" | "never bad" | "never good" }> {
  const judge = async (rate: number) => {
    const verdict = await tryRate(rate);
    return verdict === "invalid" ? await tryRate(rate) : verdict;
  };
  const first = await judge(low);
  if (first !== "good") return { rate: 0, endedBy: first === "invalid" ? "invalid" : "never good" };
  const last = await judge(high);
  if (last === "good") return { rate: high, endedBy: "never bad" };
  let [good, bad] = [low, high];
  while (bad - good > within * bad) {
    const rate = Math.round((good + bad) / 2);
    const verdict = await judge(rate);
    if (verdict === "invalid") return { rate: good, endedBy: "invalid" };
    if (verdict === "good") good = rate;
    else bad = rate;
  }
  return { rate: good, endedBy: last === "invalid" ? "invalid" : "found" };
}
