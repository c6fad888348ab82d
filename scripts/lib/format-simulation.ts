import type { Percentiles, SimulatorReport, SimulatorSample } from "@/domain/contracts/simulator";

const ms = (percentiles: Percentiles | null) =>
  percentiles ? `p50 ${percentiles.p50Ms} p99 ${percentiles.p99Ms} max ${percentiles.maxMs} ms` : "–";
const names = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ") || "none";

/** One line that fits a terminal. */
export function formatSample(sample: SimulatorSample): string {
  const { atSeconds, giftsPerSecond, gifts, answered, ownLag, queued, present, sockets, cores } = sample;
  const used = Object.entries(cores).map(([name, share]) => `${name} ${share.toFixed(2)}`);
  return [
    `${atSeconds.toFixed(0).padStart(4)} s at ${giftsPerSecond}/s`,
    `intended ${gifts.intended} sent ${gifts.sent} accepted ${gifts.accepted} paid ${gifts.paid} failed ${gifts.failed}`,
    `refused ${names(gifts.refused)}`,
    `gift.send ${ms(answered)}`,
    `own lag p99 ${ownLag?.p99Ms ?? "–"} ms`,
    `queued ${queued}`,
    `in ${present} sockets ${sockets}`,
    `cores ${used.join(" ")}`,
  ].join(" | ");
}

/** What a run came to, for people to read; the same is in the JSON. */
export function formatReport(report: SimulatorReport): string {
  const { gifts, sockets, invalid, brokenInvariants, analyticsDifferences } = report;
  const crowd = report.viewers + report.guests;
  return [
    "",
    invalid.length === 0
      ? "A valid run."
      : `INVALID: ${invalid.join("; ")}. Its figures say nothing about the product.`,
    `crowd       ${report.anchors} anchors, ${crowd} people (${report.guests} of them guests); ${report.came} came in`,
    `sockets     ${sockets.open} open of ${sockets.wanted} wanted, ${sockets.messages} messages; everybody else by HTTP only`,
    `plan        ${report.giftsPerSecond} gifts/s for ${report.seconds} s, seed ${report.seed}, behaviour ${report.behaviourVersion}`,
    `gifts       intended ${gifts.intended}, sent ${gifts.sent}, accepted ${gifts.accepted}, paid ${gifts.paid}, failed ${gifts.failed}; refused: ${names(gifts.refused)}`,
    `looked up   lost ${report.lost}, twice ${report.twice}; seen by a watcher in the room ${report.seen}`,
    `gift.send   ${ms(report.answered)} from the intended time`,
    `seen        ${ms(report.seenAfter)} from the intended time`,
    `own lag     ${ms(report.ownLag)}`,
    ...Object.entries(report.actions).map(([deed, answers]) => `  ${deed}: ${names(answers)}`),
    `cores       ${Object.entries(report.cores)
      .map(([name, share]) => `${name} ${share.toFixed(2)}`)
      .join(", ")} of ${report.machineCores}`,
    `full        ${report.fullResource ?? "nothing"}`,
    `audit       ${brokenInvariants === null ? "not done" : brokenInvariants.length === 0 ? "every invariant holds" : `BROKEN: ${brokenInvariants.join(", ")}`}`,
    `analytics   ${analyticsDifferences === null ? "not compared" : analyticsDifferences.length === 0 ? "says the same as the simulator" : "DIFFERS"}`,
    ...(analyticsDifferences ?? []).map(
      (d) => `  ${d.what}: simulator ${d.simulator}, analytics ${d.product}`,
    ),
  ].join("\n");
}
