import type { Readable } from "node:stream";

/** A line longer than this is shown in parts. */
const CHARACTERS_MAX = 64 * 1024;

/**
 * Calls back for each line of a stream. Only a line feed ends one: `node:readline` also splits at other separators, which
 * a process may print in the middle of its text.
 */
export function readLines(stream: Readable, onLine: (text: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
    if (rest.length > CHARACTERS_MAX) flush();
  });
  stream.on("end", flush);

  function flush(): void {
    if (rest !== "") onLine(rest);
    rest = "";
  }
}
