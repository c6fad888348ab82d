import { join } from "node:path";
import { copyIn } from "@/db/backup/copy-in";
import type { BackupManifest, DatabaseName } from "@/db/backup/manifest";
import type { Resources } from "../context";
import { findRunningProcesses } from "./find-running";
import { readBackup } from "./read-backup";
import { reconcileStores, type StoresReconciled } from "./reconcile-stores";

/** Throws with their names while processes of ours run. */
export async function requireNobodyRuns(
  resources: Parameters<typeof findRunningProcesses>[0],
): Promise<void> {
  const running = await findRunningProcesses(resources);
  if (running.length > 0) throw new Error(`Stop these first: ${running.join(", ")}.`);
}

/**
 * Puts databases back to what a backup holds and makes everything else agree with them. The backup is looked at as a whole
 * before anything is touched; each database is put back whole or not at all. Cut off in between, everybody stands still
 * until it is done again, or `reconcileStores` is.
 */
export async function restoreBackup(
  resources: Pick<Resources, "live" | "finance" | "redis" | "push" | "log" | "env">,
  input: { folder: string; databases: readonly DatabaseName[]; ownerUrls: Record<DatabaseName, string> },
): Promise<{ manifest: BackupManifest; reconciled: StoresReconciled }> {
  const { folder, databases, ownerUrls } = input;
  const manifest = await readBackup(folder, databases);
  await requireNobodyRuns(resources);
  for (const database of databases) {
    await copyIn(ownerUrls[database], manifest[database], join(folder, database));
  }
  return { manifest, reconciled: await reconcileStores(resources) };
}
