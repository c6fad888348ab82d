import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { BenchRow } from "./lib/row";

/** `npm run bench [name…]`: runs all benches, or those named, one after the other; prints a table and writes JSON. */
const BENCHES: Record<string, () => Promise<{ run: () => Promise<BenchRow[]> }>> = {
  intake: () => import("./intake"),
  debit: () => import("./debit"),
  settlement: () => import("./settlement"),
  affinity: () => import("./affinity"),
  analytics: () => import("./analytics"),
  "rain-claim": () => import("./rain-claim"),
  "rain-drain": () => import("./rain-drain"),
  flood: () => import("./flood"),
  overload: () => import("./overload"),
  "click-to-effect": () => import("./click-to-effect"),
  "room-page": () => import("./room-page"),
  paint: () => import("./paint"),
  "fan-out": () => import("./push/fan-out"),
  "fan-out-cluster": () => import("./push/fan-out-cluster"),
  "slow-reader": () => import("./push/slow-reader"),
  "reconnect-storm": () => import("./push/reconnect-storm"),
  "socket-memory": () => import("./push/socket-memory"),
  "many-sockets": () => import("./push/many-sockets"),
  "many-rooms": () => import("./push/many-rooms"),
};

const REPORT = "bench/report.json";
/** Each takes some minutes; one that takes longer than this hangs, and is ended with everything it started. */
const BENCH_MS_MAX = 30 * 60_000;

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const names = wanted.length > 0 ? wanted : Object.keys(BENCHES);
  const rows: BenchRow[] = [];
  for (const name of names) {
    const bench = BENCHES[name];
    if (!bench) throw new Error(`No bench "${name}"; there are: ${Object.keys(BENCHES).join(", ")}.`);
    console.log(`${name} …  (load ${loadavg()[0]?.toFixed(2)} on ${cpus().length} cores)`);
    const { run } = await bench();
    const done = await Promise.race([run(), failAfter(BENCH_MS_MAX, name)]);
    rows.push(...done);
    for (const row of done) console.log(`  ${describe(row)}`);
  }
  console.log(`\n${toTable(rows)}`);
  mkdirSync("bench", { recursive: true });
  writeFileSync(
    REPORT,
    `${JSON.stringify({ at: new Date().toISOString(), node: process.version, rows }, null, 2)}\n`,
  );
}

async function failAfter(msMax: number, name: string): Promise<never> {
  await delay(msMax, undefined, { ref: false });
  throw new Error(`The bench "${name}" was not done after ${msMax / 60_000} minutes.`);
}

function describe(row: BenchRow): string {
  const floor = row.floor === null ? "" : `, floor ${row.floor}`;
  const ratio = row.ratio === null ? "" : `, ratio ${row.ratio.toFixed(2)}`;
  const bar = row.bar === null ? "" : `, bar ${row.bar}`;
  return `${row.name}: ${row.figure} ${row.unit}${floor}${ratio}${bar} (${row.notes})`;
}

function toTable(rows: readonly BenchRow[]): string {
  const lines = rows.map((row) => [
    row.name,
    `${row.figure} ${row.unit}`,
    row.floor === null ? "–" : String(row.floor),
    row.ratio === null ? "–" : row.ratio.toFixed(2),
    row.bar === null ? "–" : String(row.bar),
    row.notes,
  ]);
  const cells = [
    ["what", "figure", "floor", "ratio", "bar", "notes"],
    ["---", "---", "---", "---", "---", "---"],
    ...lines,
  ];
  return cells.map((cell) => `| ${cell.join(" | ")} |`).join("\n");
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
