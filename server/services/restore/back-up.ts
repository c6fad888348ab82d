import { open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { copyOut } from "@/db/backup/copy-out";
import { type BackupManifest, MANIFEST_FILE } from "@/db/backup/manifest";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { giftQueue } from "../../queue/queues";
import type { Resources } from "../context";

/**
 * Copies both databases into a new folder, while everything runs: finance first, so that whatever it has settled is in the
 * live database of the same backup. The folder has its name once it is whole. It holds everything that the databases hold:
 * keep it as safe as them, and the keys (`DATA_KEYS`) apart from it.
 */
export async function backUp(
  { live, finance, redis }: Pick<Resources, "live" | "finance" | "redis">,
  folder: string,
): Promise<BackupManifest> {
  const partial = `${folder}.partial`;
  if (await exists(folder)) throw new Error(`${folder} is there already.`);
  await rm(partial, { recursive: true, force: true });
  const financeCopy = await copyOut(finance, join(partial, "finance"));
  const liveCopy = await copyOut(live, join(partial, "live"));
  const [info, lag] = await Promise.all([redis.info(), giftQueue.readLag(redis, ALL_BUCKETS, Date.now())]);
  const field = (name: string) => new RegExp(`^${name}:(\\S+)`, "m").exec(info)?.[1] ?? "";
  const manifest: BackupManifest = {
    format: 1,
    takenAt: liveCopy.takenAt,
    finance: financeCopy,
    live: liveCopy,
    redis: {
      run: field("run_id"),
      replicationOffset: Number(field("master_repl_offset")),
      giftsQueued: lag.reduce((sum, { waiting }) => sum + waiting, 0),
    },
  };
  const file = await open(join(partial, MANIFEST_FILE), "w", 0o600);
  await file.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
  await file.sync();
  await file.close();
  await rename(partial, folder);
  return manifest;
}

async function exists(folder: string): Promise<boolean> {
  return await readdir(folder).then(
    () => true,
    () => false,
  );
}
