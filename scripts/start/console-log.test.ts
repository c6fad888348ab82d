import { describe, expect, it } from "vitest";
import { createConsoleLog } from "./console-log";

function capture(isColoured = false) {
  const written: string[] = [];
  const log = createConsoleLog({ isColoured, write: (text) => written.push(text) });
  return { log, text: () => written.join("") };
}

describe("console log", () => {
  it("shows message and fields of a JSON line, without what every line repeats", () => {
    const { log, text } = capture();
    log.line(
      "web",
      JSON.stringify({
        level: 40,
        time: "2026-01-01T10:00:00.000Z",
        service: "web",
        msg: "slow",
        port: 3000,
        path: "a b",
      }),
    );
    expect(text()).toMatch(/^\d\d:\d\d:\d\d\.000 web {12}WARN {2}slow port=3000 path="a b"\n$/);
  });

  it("shows text that is not JSON as it is", () => {
    const { log, text } = capture();
    log.line("web", "{ not json");
    expect(text()).toMatch(/^[\d:.]+ web {12}{ not json\n$/);
  });

  it("shows the stack of an error below its line", () => {
    const { log, text } = capture();
    log.line("web", JSON.stringify({ level: 50, msg: "failed", err: { stack: "Error: boom\n  at x" } }));
    expect(text()).toContain("failed\n    Error: boom\n      at x\n");
  });

  it("colours only when asked to", () => {
    const plain = capture();
    plain.log.info("start", "hello");
    const coloured = capture(true);
    coloured.log.info("start", "hello");
    expect(plain.text()).not.toContain("\u001b[");
    expect(coloured.text()).toContain("\u001b[32mINFO ");
  });
});
