import { once } from "node:events";
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { readLines } from "./read-lines";

async function linesOf(...chunks: (string | Buffer)[]): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  readLines(stream, (line) => lines.push(line));
  const ended = once(stream, "end");
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await ended;
  return lines;
}

it("ends a line at a line feed and nowhere else", async () => {
  expect(await linesOf("a\u2028b\rc\u0085d\n", "e", "f\n\ng")).toEqual(["a\u2028b\rc\u0085d", "ef", "", "g"]);
});

it("puts characters together that came in parts", async () => {
  const bytes = Buffer.from("王\n");
  expect(await linesOf(bytes.subarray(0, 1), bytes.subarray(1))).toEqual(["王"]);
});

it("does not wait for ever for the end of a line", async () => {
  expect(await linesOf("x".repeat(100_000), "y\n")).toEqual(["x".repeat(100_000), "y"]);
});
