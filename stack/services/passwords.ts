import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * The password of an embedded server, made when it is first asked for and kept for its next start in `secrets.json` beside
 * its data, which only its owner may read.
 */
export function keepPassword(dataDir: string, name: string): string {
  const file = join(dirname(resolve(dataDir)), "secrets.json");
  const kept = readKept(file);
  const known = kept[name];
  if (known) return known;
  // Letters and digits only: it stands in addresses and in statements.
  const made = randomBytes(32).toString("hex");
  // Whole or not at all: a start that is cut off here must not lose the others.
  writeFileSync(`${file}.new`, `${JSON.stringify({ ...kept, [name]: made }, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return made;
}

function readKept(file: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
  return JSON.parse(text) as Record<string, string>;
}
