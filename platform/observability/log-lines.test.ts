import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

const EVIL = 'x\u2028{"level":60,"msg":"forged"}\u202e\u009b2J\u007f\n\u001b[31m';

/** What a process that logs and prints `EVIL` writes to its standard output. */
function outputOf(script: string): string {
  const program = `
    process.env.LOG_LEVEL = "info";
    import { build } from "esbuild";
    const { outputFiles } = await build({ stdin: { contents: ${JSON.stringify(script)}, resolveDir: process.cwd(), loader: "ts" },
      bundle: true, write: false, platform: "node", format: "esm", packages: "external", alias: { "@": process.cwd() } });
    await import("data:text/javascript;base64," + Buffer.from(outputFiles[0].text.replaceAll(/from "(pino|zod|lru-cache|ipaddr.js|prom-client)"/g,
      (_, name) => 'from "' + import.meta.resolve(name) + '"')).toString("base64"));`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

it("each call of the log, and each print of a library, is one line that acts on nothing", () => {
  const stdout = outputOf(`
    import { createLog } from "./platform/observability/log";
    import { redirectConsole } from "./platform/observability/redirect-console";
    const evil = ${JSON.stringify(EVIL)};
    const log = createLog("test");
    redirectConsole(log);
    log.info({ nickname: evil, err: new Error(evil) }, evil);
    console.error(evil, { evil });
    console.log("%s", evil);`);
  const lines = stdout.trimEnd().split("\n");
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
  const [first, second, third] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(first).toMatchObject({ level: 30, msg: EVIL, nickname: EVIL });
  expect(second).toMatchObject({ level: 50, printed: true, msg: expect.stringContaining("forged") });
  expect(third).toMatchObject({ level: 30, printed: true, msg: EVIL });
});
