import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { checkInvariants } from "@/server/services/audit/check-invariants";
import { isAlive } from "@/stack/services/os-process";
import { checkHistory } from "./check-history";
import { History, type OperationHistory } from "./history";
import { readMoneyTables } from "./read-tables";
import { startRecordedLoad } from "./recorded-load";
import { countCommitted, countSettled, RECOVERY_MS_MAX, waitUntil } from "./rig";
import type { Outcome, Scenario } from "./scenario";
import type { UnwellRig } from "./unwell-rig";
import type { Rule } from "./violation";

const FAULT_MS = 10_000;
const GIFTS_PER_SECOND = 25;
const WARM_GIFTS = 25;
/** New orders go on for so long after the fault has ended. */
const LOAD_AFTER_MS = 5_000;
/** An order that takes no longer than this is not held up by anything. */
const USUAL_MS_MAX = 3_000;
const CLEAR = ["UNAVAILABLE", "no connection"];
const HISTORIES = join(".data", "chaos");

const LOST: readonly Rule[] = [
  "acknowledged-lost",
  "settled-not-recorded",
  "failed-not-recorded",
  "won-not-credited",
];
const DOUBLED: readonly Rule[] = [
  "recorded-twice",
  "paid-not-once",
  "failed-but-paid",
  "refused-but-paid",
  "refused-but-credited",
  "packet-credited-twice",
  "unasked",
];

/**
 * Steady load with everything told written down; the fault comes, lasts, goes; then each order gets its end, the books come
 * to rest, and what people were told is compared with both databases.
 */
export async function runScenario(rig: UnwellRig, scenario: Scenario): Promise<Outcome> {
  const history = new History();
  const since = await readClock(rig);
  const problems: string[] = [];
  const load = startRecordedLoad(rig.stack.webUrl, history, {
    senders: rig.senders,
    roomIds: rig.roomIds,
    giftsPerSecond: GIFTS_PER_SECOND,
  });
  let injectedAtMs = Date.now();
  let healedAtMs = Number.NaN;
  try {
    await waitUntil("gifts go their way", async () => countFinal(history.operations()) >= WARM_GIFTS);
    injectedAtMs = Date.now();
    const heal = await scenario.inject(rig, history);
    try {
      const faultMs = scenario.faultMs ?? FAULT_MS;
      const seen = scenario.during ? delay(faultMs * 0.7).then(() => scenario.during?.(rig)) : undefined;
      await delay(faultMs);
      problems.push(...((await seen) ?? []));
    } finally {
      await heal();
      healedAtMs = Date.now();
    }
    await delay(LOAD_AFTER_MS);
  } catch (error) {
    problems.push(`the run itself failed: ${describeError(error)}`);
  }
  await load.stop(RECOVERY_MS_MAX);
  const operations = history.operations();
  const recoveryMs =
    problems.length > 0 && Number.isNaN(healedAtMs) ? null : readRecovery(operations, healedAtMs);
  if (recoveryMs === null || recoveryMs > RECOVERY_MS_MAX)
    problems.push(
      `not over within ${RECOVERY_MS_MAX / 1_000} s: ${operations.length - countFinal(operations)} orders have no end`,
    );

  problems.push(...(await comeToRest(rig)), ...findDead(rig), ...judgeAnswers(operations, scenario));
  const tables = await readMoneyTables(rig, since);
  const violations = checkHistory(operations, tables, {
    isUndone: scenario.isUndone,
    others: scenario.others,
  });
  for (const rule of new Set(violations.map((one) => one.rule))) {
    const those = violations.filter((one) => one.rule === rule);
    problems.push(`${those.length} × ${rule}: ${those[0]?.subject}: ${those[0]?.detail}`);
  }
  problems.push(...((await scenario.after?.(rig, operations, injectedAtMs)) ?? []));
  if (problems.length > 0) {
    mkdirSync(HISTORIES, { recursive: true });
    history.write(join(HISTORIES, `${scenario.name}.jsonl`));
  }
  const count = (rules: readonly Rule[]) =>
    new Set(violations.filter(({ rule }) => rules.includes(rule)).map(({ subject }) => subject)).size;
  return {
    scenario,
    clientsSaw: describeAnswers(operations, injectedAtMs),
    recoveryMs,
    operations: operations.length,
    lost: count(LOST),
    doubled: count(DOUBLED),
    problems,
  };
}

async function readClock(rig: UnwellRig): Promise<Date> {
  const [row] = await rig.live.sql<{ at: Date }[]>`SELECT now() AS at`;
  return row?.at ?? new Date();
}

const FINAL = new Set(["settled", "failed", "refunded"]);

/** When it had its end: a final word, or a refusal that nothing came after. */
function findEnd({ events }: OperationHistory): number | undefined {
  const last = events.at(-1);
  if (last?.type === "fail" || last?.type === "won") return last.atMs;
  return events.find((one) => (one.type === "ok" || one.type === "status") && FINAL.has(one.status))?.atMs;
}

const countFinal = (operations: readonly OperationHistory[]) =>
  operations.filter((one) => findEnd(one) !== undefined).length;

function readRecovery(operations: readonly OperationHistory[], healedAtMs: number): number | null {
  let overAtMs = healedAtMs;
  for (const one of operations) {
    const endMs = findEnd(one);
    if (endMs === undefined) return null;
    const beganMs = one.events[0]?.atMs ?? endMs;
    if (beganMs < healedAtMs || endMs - beganMs > USUAL_MS_MAX) overAtMs = Math.max(overAtMs, endMs);
  }
  return overAtMs - healedAtMs;
}

/** Everything is settled and every invariant holds; what is broken otherwise. */
async function comeToRest(rig: UnwellRig): Promise<string[]> {
  let broken = "";
  try {
    await waitUntil("everything is settled and the audit is clean", async () => {
      const breaches = (await checkInvariants(rig)).filter((result) => result.breaches.length > 0);
      broken = breaches.map(({ name, breaches: all }) => `${name}: ${JSON.stringify(all[0])}`).join("; ");
      const [committed, settled] = await Promise.all([countCommitted(rig), countSettled(rig)]);
      if (committed !== settled) broken += ` ${committed} gifts, ${settled} settled`;
      return broken === "";
    });
    return [];
  } catch (error) {
    return [`the audit is not clean: ${broken || describeError(error)}`];
  }
}

function findDead(rig: UnwellRig): string[] {
  return Object.values(rig.processes)
    .filter(({ pid }) => !isAlive(pid))
    .map(({ name, output }) => `${name} has ended: ${output.slice(-3).join(" ")}`);
}

/** People are told "busy" or get no connection, and never that an order of theirs failed for a reason of ours. */
function judgeAnswers(operations: readonly OperationHistory[], { mayBeTold = [] }: Scenario): string[] {
  const problems: string[] = [];
  const unclear = [...countWhys(operations)].filter(
    ([why]) => !CLEAR.includes(why) && !mayBeTold.includes(why),
  );
  for (const [why, times] of unclear) problems.push(`${times} × told ${why}`);
  const failed = operations.filter(({ events }) =>
    events.some((one) => (one.type === "ok" || one.type === "status") && one.status === "failed"),
  );
  if (failed.length > 0)
    problems.push(`${failed.length} orders were told failed, as ${failed[0]?.operation.id}`);
  return problems;
}

function countWhys(operations: readonly OperationHistory[], sinceMs = 0): Map<string, number> {
  const whys = new Map<string, number>();
  for (const one of operations.flatMap(({ events }) => events)) {
    if (one.askedAtMs < sinceMs || (one.type !== "unknown" && one.type !== "fail")) continue;
    const why = one.type === "unknown" ? one.why : one.refusal;
    whys.set(why, (whys.get(why) ?? 0) + 1);
  }
  return whys;
}

function describeAnswers(operations: readonly OperationHistory[], sinceMs: number): string {
  const events = operations.flatMap(({ events: all }) => all).filter(({ askedAtMs }) => askedAtMs >= sinceMs);
  const accepted = events.filter(({ type }) => type === "ok").length;
  const slowestMs = Math.max(0, ...events.map(({ askedAtMs, atMs }) => atMs - askedAtMs));
  const whys = [...countWhys(operations, sinceMs)].map(([why, times]) => `${times} × ${why}`);
  return [`${accepted} accepted`, ...whys, `slowest answer ${(slowestMs / 1_000).toFixed(1)} s`].join(", ");
}

function describeError(error: unknown): string {
  return error instanceof Error
    ? [error.message, error.cause].filter(Boolean).map(String).join(": ")
    : String(error);
}
