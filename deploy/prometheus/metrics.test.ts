import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { collectDefaultMetrics, Registry } from "prom-client";
import { describe, expect, it } from "vitest";

/** Rules and dashboards that name what nobody counts are silent for ever: each name and label is looked for in the code. */

const ROOT = join(import.meta.dirname, "..", "..");
const SOURCES = ["db", "platform", "push", "server", "workers"];
/** Of Prometheus itself, and of every series of ours. */
const ALWAYS = ["job", "instance", "service", "le"];
const OUR_METRIC = /\b(?:downpour|push|nodejs|process)_[a-z\d_]+/g;

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

function listSources(): string[] {
  return SOURCES.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.includes(".test."))
      .map((file) => join(folder, file)),
  );
}

/** Names as series have them, with their labels; a histogram has three. */
function readMetrics(): Map<string, Set<string>> {
  const metrics = new Map<string, Set<string>>();
  const add = (name: string, labels: readonly string[]) => metrics.set(name, new Set([...labels, ...ALWAYS]));
  for (const file of listSources()) {
    for (const [, kind, name = "", rest = ""] of read(file).matchAll(
      /\b(counter|gauge|histogram)(?:<[^>]*>)?\(\s*"([a-z\d_]+)",([\s\S]*?)\);/g,
    )) {
      // After the help comes a list of names, where there are any.
      const list = /\[\s*((?:"[a-zA-Z_]+",?\s*)+)\]/.exec(rest)?.[1] ?? "";
      const labels = [...list.matchAll(/"([a-zA-Z_]+)"/g)].map(([, label = ""]) => label);
      const series = kind === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => name + end) : [name];
      for (const one of series) add(one, labels);
    }
  }
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const { name } of registry.getMetricsAsArray()) add(name, []);
  registry.clear();
  return metrics;
}

const metrics = readMetrics();
const rules = read("deploy/prometheus/downpour.rules.yml");
interface Panel {
  title: string;
  targets?: { expr: string; legendFormat: string }[];
}
const { panels } = JSON.parse(read("deploy/grafana/downpour.json")) as { panels: Panel[] };
const targets = panels.flatMap(({ title, targets: all = [] }) => all.map((target) => ({ title, ...target })));
/** One a line, or folded over several. */
const ruleExpressions = [...rules.matchAll(/^ +expr: (?:>-\n((?: {10}.*\n)+)|(.+)\n)/gm)].map(
  ([, folded, one]) => (folded ?? one ?? "").trim(),
);
const expressions = [...ruleExpressions, ...targets.map(({ expr }) => expr)];

const withoutStrings = (text: string) => text.replaceAll(/"[^"]*"/g, '""');

/** What an expression asks for that does not exist. */
function findUnknown(expression: string): string[] {
  const plain = withoutStrings(expression);
  const names = plain.match(OUR_METRIC) ?? [];
  const unknown = names.filter((name) => !metrics.has(name));
  for (const [, name = "", selector = ""] of plain.matchAll(/\b([a-z][a-z\d_]+)\{([^}]*)\}/g)) {
    for (const [, label = ""] of selector.matchAll(/(\w+)\s*[=!]/g)) {
      if (name !== "up" && !metrics.get(name)?.has(label)) unknown.push(`${name}{${label}}`);
    }
  }
  const known = new Set([...ALWAYS, ...names.flatMap((name) => [...(metrics.get(name) ?? [])])]);
  for (const [, list = ""] of plain.matchAll(/\b(?:by|without|ignoring|on)\s*\(([^)]*)\)/g)) {
    for (const label of list.split(",").map((one) => one.trim())) if (!known.has(label)) unknown.push(label);
  }
  return unknown;
}

describe("what Prometheus and Grafana ask for", () => {
  it("is read: metrics of the code, rules and panels", () => {
    expect(metrics.get("downpour_gift_queue_oldest_seconds")).toBeDefined();
    expect(metrics.get("downpour_queue_held_up")).toContain("what");
    expect(metrics.get("downpour_procedure_seconds_bucket")).toContain("procedure");
    expect(ruleExpressions).toHaveLength([...rules.matchAll(/- alert:/g)].length);
    expect(targets.length).toBeGreaterThan(30);
  });

  it("is missed when it does not exist", () => {
    expect(findUnknown("max(downpour_gift_queue_eldest_seconds) > 1")).toEqual([
      "downpour_gift_queue_eldest_seconds",
    ]);
    expect(findUnknown('downpour_queue_held_up{why="x"}')).toEqual(["downpour_queue_held_up{why}"]);
    expect(findUnknown("sum by (colour) (downpour_web_connections)")).toEqual(["colour"]);
  });

  it.each(expressions)("exists: %s", (expression) => {
    expect(findUnknown(expression)).toEqual([]);
  });

  it("is named in legends by labels that its series keep", () => {
    for (const { title, expr, legendFormat } of targets) {
      const kept = [...expr.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap(([, list = ""]) =>
        list.split(",").map((one) => one.trim()),
      );
      for (const [, label = ""] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
        expect(kept, `${title}: ${label}`).toContain(label);
      }
    }
  });
});

it("every rule leads to a section of the handbook that exists", () => {
  const anchors = new Set(
    [...read("docs/operations.md").matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replaceAll(/[^a-z\d -]/g, "")
        .replaceAll(" ", "-"),
    ),
  );
  const runbooks = [...rules.matchAll(/runbook: docs\/operations\.md#(\S+)/g)].map(
    ([, anchor = ""]) => anchor,
  );
  expect(runbooks).toHaveLength(ruleExpressions.length - 1);
  expect(runbooks.filter((anchor) => !anchors.has(anchor))).toEqual([]);
});

it("every metric that the handbook names exists", () => {
  const handbook = read("docs/operations.md");
  const known = new Set([...metrics.keys()].map((name) => name.replace(/_(bucket|sum|count)$/, "")));
  const named = new Set(
    [...handbook.matchAll(/`((?:downpour|push)_[a-z\d_]+)/g)].map(([, name = ""]) => name),
  );
  expect(named.size).toBeGreaterThan(60);
  expect([...named].filter((name) => !known.has(name) && !metrics.has(name))).toEqual([]);
});
