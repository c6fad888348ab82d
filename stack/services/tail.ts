import { readFileSync } from "node:fs";

/** The last lines of a log file, of what was written from a byte on, for an error message; empty when there is no file. */
export function tailOfFile(file: string, lineCount: number, fromByte = 0): string {
  try {
    const bytes = readFileSync(file);
    // A log that has made room meanwhile begins anew.
    const own = bytes.subarray(fromByte <= bytes.length ? fromByte : 0);
    return own.toString().trimEnd().split("\n").slice(-lineCount).join("\n");
  } catch {
    return "";
  }
}
