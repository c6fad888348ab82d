import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileOf } from "@/db/backup/copy-out";
import { BackupManifest, type DatabaseName, MANIFEST_FILE } from "@/db/backup/manifest";

/** What a backup holds, each of its files looked at. Throws, with the file at fault, where one is missing or was changed. */
export async function readBackup(
  folder: string,
  databases: readonly DatabaseName[],
): Promise<BackupManifest> {
  const text = await readFile(join(folder, MANIFEST_FILE), "utf8").catch(() => {
    throw new Error(`${folder} is no backup: it has no ${MANIFEST_FILE}.`);
  });
  const manifest = BackupManifest.parse(JSON.parse(text));
  for (const database of databases) {
    for (const { name, sha256 } of manifest[database].tables) {
      const file = join(folder, database, fileOf(name));
      const hash = createHash("sha256");
      await pipeline(createReadStream(file), hash).catch(() => {
        throw new Error(`${file} cannot be read.`);
      });
      if (hash.digest("hex") !== sha256) throw new Error(`${file} is not what was backed up.`);
    }
  }
  return manifest;
}
