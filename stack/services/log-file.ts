import { closeSync, copyFileSync, fstatSync, openSync, renameSync, statSync, truncateSync } from "node:fs";

/** A log grows up to this before it makes room: with those that are kept, logs of a service take up to four times as much. */
const LOG_BYTES_MAX = 16 * 1_048_576;
const LOGS_KEPT = 3;
/** A service that repeats itself as fast as it can writes some MiB in this time. */
const LOOK_MS = 10_000;

/** A log that is open for a service to add to. */
export interface OpenLog {
  descriptor: number;
  /** What this run of the service says begins here. */
  fromByte: number;
  close(): void;
}

/** Opens the log of a service to be added to: what it said before it ended stays, because it says why it ended. */
export function openLogFile(file: string): OpenLog {
  makeRoom(file);
  const descriptor = openSync(file, "a", 0o600);
  return { descriptor, fromByte: fstatSync(descriptor).size, close: () => closeSync(descriptor) };
}

/**
 * A log that has grown large goes to `<file>.1`, the one before to `<file>.2`, and so on; the oldest goes. It is copied and
 * emptied, because the service goes on adding to the file that it has open: a line that it writes in between is lost.
 */
export function makeRoom(file: string, bytesMax = LOG_BYTES_MAX): void {
  if (sizeOf(file) < bytesMax) return;
  for (let number = LOGS_KEPT - 1; number >= 1; number--)
    if (sizeOf(`${file}.${number}`) >= 0) renameSync(`${file}.${number}`, `${file}.${number + 1}`);
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
}

/** Keeps the log of a running service from filling the disk, until the returned function is called. */
export function keepLogBounded(
  file: string,
  { bytesMax = LOG_BYTES_MAX, lookMs = LOOK_MS } = {},
): () => void {
  const timer = setInterval(() => {
    try {
      makeRoom(file, bytesMax);
    } catch (error) {
      // A full disk must not end the service that the log is about; the next look tries again.
      console.error(`The log ${file} could not make room: ${String(error)}`);
    }
  }, lookMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Of a file in bytes; -1 when there is none. */
function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? -1;
}
