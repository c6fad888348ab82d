import { readFileSync } from "node:fs";

/** The last lines of a log file, for an error message; empty when there is no file. */
export function tailOfFile(file: string, lineCount: number): string {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-lineCount).join("\n");
  } catch {
    return "";
  }
}
