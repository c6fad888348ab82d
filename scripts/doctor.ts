import type { DoctorFinding } from "@/domain/contracts/doctor";
import { type Env, parseEnv } from "@/platform/settings/env";
import { examineSettings } from "./lib/examine-settings";
import { formatFindings } from "./lib/format-findings";

const USAGE = "Usage: npm run doctor [-- --before-start] [--json]";

/**
 * `npm run doctor`: tries every assumption that the product rests on with the settings of the processes, and says what mends
 * each that does not hold. Exits 0 without a fault (warnings are none), 1 with one, 2 when it could not look.
 */
async function main(args: readonly string[]): Promise<number> {
  const unknown = args.filter((arg) => arg !== "--before-start" && arg !== "--json");
  if (unknown.length > 0) throw new Error(USAGE);
  const findings = await look(args.includes("--before-start") ? "before-start" : "running");
  const faults = findings.filter(({ outcome }) => outcome === "fault").length;
  const warnings = findings.filter(({ outcome }) => outcome === "warning").length;
  if (args.includes("--json")) console.log(JSON.stringify(findings, null, 2));
  else {
    for (const line of formatFindings(findings)) console.log(line);
    console.log(faults === 0 ? `Nothing is at fault (${warnings} to look at).` : `${faults} to mend.`);
  }
  return faults === 0 ? 0 : 1;
}

async function look(scope: "before-start" | "running"): Promise<DoctorFinding[]> {
  let env: Env;
  try {
    env = parseEnv(process.env);
  } catch (error) {
    // A line each, as the processes say it; without settings there is nothing to open.
    const [, ...lines] = error instanceof Error ? error.message.split("\n") : [];
    return lines.map((line) => {
      const [setting = "", reason = ""] = line.trim().split(/: (.*)/s);
      return { check: "settings", outcome: "fault", problem: "settingFault", facts: { setting, reason } };
    });
  }
  return await examineSettings(env, scope);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`The doctor could not look: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(2);
  },
);
