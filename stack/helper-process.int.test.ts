import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runScript, startScript } from "./helper-process";
import { waitForExit } from "./services/os-process";
import { waitFor } from "./wait-for";

/** Helpers that fail in every way in which one can: the bench has to fail with the reason, and never to wait for ever. */
const folder = mkdtempSync(join(tmpdir(), "downpour-helpers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function helper(name: string, source: string): string {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, source);
  return file;
}
const FOR_EVER = "setInterval(() => {}, 1_000);";
const DIES = `console.error("Command timed out"); process.exit(3);`;

describe("a helper that runs to its end", () => {
  it("gives its last line, and sees its order", async () => {
    const file = helper(
      "adds",
      `const { a } = JSON.parse(process.argv[2]); console.log("warm"); console.log(JSON.stringify({ sum: a + 1 }));`,
    );
    expect(await runScript(file, [JSON.stringify({ a: 1 })])).toEqual({ sum: 2 });
  });

  it("fails with what it said when it ends with an error", async () => {
    await expect(runScript(helper("dies", DIES), [])).rejects.toThrow(/ended with 3\.\nCommand timed out/);
    await expect(
      runScript(helper("throws", `await Promise.reject(new Error("no Redis"))`), []),
    ).rejects.toThrow(/no Redis/);
  });

  it("fails when a signal ends it", async () => {
    const file = helper("killed", `process.kill(process.pid, "SIGKILL"); ${FOR_EVER}`);
    await expect(runScript(file, [])).rejects.toThrow(/ended with SIGKILL/);
  });

  it.each([
    ["nothing", ""],
    ["null", `console.log("null")`],
    ["no JSON", `console.log("all is well")`],
  ])("fails when its output ends with %s instead of a result", async (name, source) => {
    await expect(runScript(helper(`silent-${name.replace(" ", "-")}`, source), [])).rejects.toThrow(
      /ended without a result/,
    );
  });

  it("fails, and is ended, when it is silent past its deadline", async () => {
    const file = helper("hangs", `console.error("pid " + process.pid); ${FOR_EVER}`);
    const failure = await runScript(file, [], { msMax: 4_000 }).catch((error: unknown) => String(error));
    expect(failure).toContain("was not done after 4000 ms");
    const pid = Number(/pid (\d+)/.exec(String(failure))?.[1]);
    expect(await waitForExit(pid, 5_000)).toBe(true);
  });
});

describe("a helper that runs beside the bench", () => {
  it("is there when it is ready, and ends when it is told", async () => {
    const one = await startScript(helper("serves", `console.log("ready"); ${FOR_EVER}`), []);
    await one.stop();
    expect(await waitForExit(one.pid, 5_000)).toBe(true);
  });

  it("fails when it ends, or is silent, before it is ready", async () => {
    await expect(startScript(helper("dies-early", DIES), [])).rejects.toThrow(
      /before it was ready\.\nCommand timed out/,
    );
    await expect(startScript(helper("never-ready", FOR_EVER), [], { msMax: 300 })).rejects.toThrow(
      /was not ready after 300 ms/,
    );
  });

  it("that dies later fails what is waited for, with what it said", async () => {
    const file = helper("dies-later", `console.log("ready"); setTimeout(() => { ${DIES} }, 50); ${FOR_EVER}`);
    const one = await startScript(file, []);
    await expect(waitFor("gifts are debited", [one], async () => undefined)).rejects.toThrow(
      /has ended, and this was still to come: gifts are debited\.\nCommand timed out/,
    );
  });

  it("that lives and does nothing fails what is waited for in time", async () => {
    const one = await startScript(helper("idle", `console.log("ready"); ${FOR_EVER}`), []);
    await expect(waitFor("gifts are debited", [one], async () => undefined, { msMax: 200 })).rejects.toThrow(
      "Not within 200 ms: gifts are debited.",
    );
    await one.stop();
  });
});
