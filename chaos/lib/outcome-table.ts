import type { Outcome } from "./scenario";

/** fault × what clients saw × recovery × lost/doubled, as Markdown. */
export function toTable(outcomes: readonly Outcome[]): string {
  const lines = outcomes.map(({ scenario, clientsSaw, recoveryMs, lost, doubled, operations, problems }) => [
    `\`${scenario.name}\`: ${scenario.fault}`,
    clientsSaw,
    recoveryMs === null
      ? "not by itself"
      : `${(recoveryMs / 1_000).toFixed(1)} s${scenario.needsPerson ? `, after ${scenario.needsPerson}` : ""}`,
    `${lost} / ${doubled} of ${operations}`,
    problems.length === 0 ? "holds" : problems.join("; "),
  ]);
  const head = ["fault", "what clients saw", "recovery", "lost / doubled", "verdict"];
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
