import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { keepLogBounded, makeRoom, openLogFile } from "./log-file";
import { tailOfFile } from "./tail";

const folder = mkdtempSync(join(tmpdir(), "downpour-logs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("is added to, from run to run, and readable for its owner only", () => {
  const file = join(folder, "added.log");
  const first = openLogFile(file);
  writeSync(first.descriptor, "PANIC: no space\n");
  first.close();
  const second = openLogFile(file);
  writeSync(second.descriptor, "starting\nready\n");
  second.close();
  expect(readFileSync(file, "utf8")).toBe("PANIC: no space\nstarting\nready\n");
  expect(tailOfFile(file, 5, second.fromByte)).toBe("starting\nready");
  expect(tailOfFile(file, 1)).toBe("ready");
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it("makes room when it is large, keeps three, and whoever has it open goes on at its begin", () => {
  const file = join(folder, "large.log");
  const log = openLogFile(file);
  for (let round = 1; round <= 6; round++) {
    writeSync(log.descriptor, `${round}${"x".repeat(99)}`);
    makeRoom(file, 100);
  }
  writeSync(log.descriptor, "now");
  makeRoom(file, 100);
  log.close();
  expect(readdirSync(folder).filter((name) => name.startsWith("large"))).toEqual([
    "large.log",
    "large.log.1",
    "large.log.2",
    "large.log.3",
  ]);
  expect(readFileSync(file, "utf8")).toBe("now");
  expect(["1", "2", "3"].map((n) => readFileSync(`${file}.${n}`, "utf8")[0])).toEqual(["6", "5", "4"]);
  // What a run said before the log made room is not looked for beyond its end.
  expect(tailOfFile(file, 5, 100)).toBe("now");
});

it("is kept bounded while its service runs, until that is over", async () => {
  const file = join(folder, "watched.log");
  appendFileSync(file, "x".repeat(200));
  const stop = keepLogBounded(file, { bytesMax: 100, lookMs: 5 });
  await expect.poll(() => statSync(file).size).toBe(0);
  stop();
  expect(readFileSync(`${file}.1`, "utf8")).toHaveLength(200);
});

it("there is nothing to keep bounded before its first line", () => {
  makeRoom(join(folder, "never-written.log"), 0);
  expect(readdirSync(folder)).not.toContain("never-written.log");
});
