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

  it("lets nothing that it shows act on the terminal or pass for a line of its own", () => {
    const evil = "x\u001b[2J\u009b31m\r\n12:00:00.000 web INFO paid\u2028\u202e";
    const { log, text } = capture();
    log.line("web", JSON.stringify({ level: 30, msg: evil, [evil]: evil, why: evil, nested: { evil } }));
    log.line("web", evil.replace("\n", ""));
    log.line("web", JSON.stringify({ level: 50, msg: "failed", err: { stack: evil } }));
    log.info("start", evil, { evil });
    for (const line of text().split("\n")) {
      expect(line).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
      expect(line).toMatch(/^$|^\d\d:\d\d:\d\d\.\d{3} (web|start) |^ {4}/);
    }
    expect(text().trimEnd().split("\n")).toHaveLength(6);
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
