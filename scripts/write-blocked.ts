import { execFileSync } from "node:child_process";
import { openLiveDb } from "@/db/client";
import { env } from "@/platform/settings/env";
import { writeBlockedFile } from "./lib/blocked-file";

const USAGE = "Usage: node dist/write-blocked.mjs <file> [--then <command>]";

/**
 * Writes the blocked addresses into a file for nginx, and runs a command when that changed it: `--then "nginx -s reload"`.
 * To be run every few seconds, by a timer. Exits 2 when it could not be done; the file stays as it was.
 */
async function main([file, flag, command, ...more]: readonly string[]): Promise<void> {
  const isWrong = file === undefined || more.length > 0 || (flag !== undefined && flag !== "--then");
  if (isWrong || (flag === "--then" && command === undefined)) throw new Error(USAGE);
  const settings = env("write-blocked");
  const live = openLiveDb(settings.LIVE_DATABASE_URL, {
    poolMax: 1,
    applicationName: "downpour-write-blocked",
  });
  try {
    const { isChanged, ranges } = await writeBlockedFile(live, file);
    if (!isChanged) return;
    console.log(`${file}: ${ranges} ranges are turned away.`);
    if (command === undefined) console.log("nginx reads it when it is told to: nginx -s reload");
    else execFileSync(command, { shell: true, stdio: "inherit" });
  } finally {
    await live.close();
  }
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(`The list could not be written: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(2);
  },
);
