import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { LiveDb } from "@/db/client";
import { readHeldBlocks } from "@/db/live/queries/ip-blocks";

const HEAD = "# Written by `write-blocked` from the platform's list (/admin/security). Do not edit.\n";

/** Writes what is blocked now as nginx reads it, whole or not at all. */
export async function writeBlockedFile(
  live: LiveDb,
  file: string,
): Promise<{ isChanged: boolean; ranges: number }> {
  const blocks = await readHeldBlocks(live);
  const text = HEAD + blocks.map(({ range }) => `deny ${range};\n`).join("");
  const isChanged = !existsSync(file) || readFileSync(file, "utf8") !== text;
  if (isChanged) {
    const fresh = `${file}.new`;
    writeFileSync(fresh, text);
    renameSync(fresh, file);
  }
  return { isChanged, ranges: blocks.length };
}
