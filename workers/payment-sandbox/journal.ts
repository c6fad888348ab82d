import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

/** The sandbox's memory: one line of JSON for each thing that happened, or nothing kept when there is no file. */
export interface Journal {
  append(entry: object): void;
}

/** Replays what the file holds and goes on with it. A last line that a crash cut off is left out. */
export function openJournal(file: string | undefined, replay: (entry: unknown) => void): Journal {
  if (!file) return { append: () => {} };
  mkdirSync(dirname(file), { recursive: true });
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  for (const line of text.split("\n")) {
    const entry = parse(line);
    if (entry !== undefined) replay(entry);
  }
  if (text !== "" && !text.endsWith("\n")) appendFileSync(file, "\n");
  return { append: (entry) => appendFileSync(file, `${JSON.stringify(entry)}\n`) };
}

function parse(line: string): unknown {
  try {
    return line === "" ? undefined : JSON.parse(line);
  } catch {
    return undefined;
  }
}
