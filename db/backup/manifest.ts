import { z } from "zod";

/** One table of a backup: a file of `COPY … TO STDOUT`, compressed. */
const TableFile = z.object({
  name: z.string(),
  columns: z.array(z.string()),
  rows: z.number().int(),
  /** Of the compressed file, in hex. */
  sha256: z.string(),
});
export type TableFile = z.infer<typeof TableFile>;

/** Which database it was; see `DatabaseIdentity`. */
const Identity = z.object({ incarnation: z.string(), place: z.string(), position: z.string() });

/** One database of a backup, as it was at one moment. */
const DatabaseCopy = z.object({
  takenAt: z.string(),
  shapeHash: z.string(),
  identity: Identity,
  sequences: z.record(z.string(), z.string().nullable()),
  tables: z.array(TableFile),
});
export type DatabaseCopy = z.infer<typeof DatabaseCopy>;

/** `backup.json`: what a backup holds. Written last: a folder without it is none. */
export const BackupManifest = z.object({
  format: z.literal(1),
  takenAt: z.string(),
  /** Taken first: what it settled is in the live database of the same backup. */
  finance: DatabaseCopy,
  live: DatabaseCopy,
  /** For people: where the queue stood. Redis itself is not part of a backup. */
  redis: z.object({ run: z.string(), replicationOffset: z.number(), giftsQueued: z.number() }),
});
export type BackupManifest = z.infer<typeof BackupManifest>;
export const MANIFEST_FILE = "backup.json";
export type DatabaseName = "live" | "finance";
