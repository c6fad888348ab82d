import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { GiftStatusResult } from "@/domain/contracts/gift";
import { trpcCall } from "../lib/ask";
import { type EarlierState, keepPostgres } from "../lib/earlier-state";
import type { History, OperationHistory } from "../lib/history";
import { readReadiness } from "../lib/read-readiness";
import { waitUntil } from "../lib/rig";
import type { Scenario } from "../lib/scenario";
import type { UnwellRig } from "../lib/unwell-rig";

const BACK_MS = 15_000;
const COMMAND_MS_MAX = 120_000;
/** Those that live off what the databases hold; the gateway knows nothing of them. */
const STOPPED = ["web", "gift-debit", "packet-credit", "settlement", "scheduler"] as const;

/** Databases come back as they were a while ago, whoever put them there, and everything else goes on as if nothing had been. */
export const RESTORES: readonly Scenario[] = [
  makeScenario("restored-live", "the live database put back by 15 s, finance and Redis kept", (rig) => [
    rig.stack.postgres,
  ]),
  makeScenario("restored-both", "both databases put back by 15 s, Redis kept", (rig) => [
    rig.stack.postgres,
    rig.stack.financePostgres,
  ]),
];

function makeScenario(
  name: string,
  fault: string,
  serversOf: (rig: UnwellRig) => UnwellRig["stack"]["postgres"][],
): Scenario {
  let keptAtMs = 0;
  let backAtMs = 0;
  /** It was told as final while the databases held it, which they do not any more. */
  const isUndone = ({ events }: OperationHistory) =>
    events.some(
      (one) =>
        (one.type === "ok" || one.type === "status") &&
        one.status !== "unknown" &&
        one.atMs >= keptAtMs &&
        one.askedAtMs <= backAtMs,
    );
  return {
    name,
    fault,
    faultMs: 8_000,
    needsPerson: "`npm run restore -- --reconcile-only`",
    async inject(rig, history) {
      const kept: EarlierState[] = [];
      keptAtMs = Date.now();
      // Finance before live, as a backup takes them: nothing may be settled that is not there.
      for (const server of serversOf(rig).toReversed()) kept.push(await keepPostgres(server));
      await delay(BACK_MS);
      await Promise.all(kept.map((state) => state.putBack()));
      backAtMs = Date.now();
      for (const state of kept) state.forget();
      return () => reconcile(rig, history, isUndone);
    },
    async during(rig) {
      const problems: string[] = [];
      for (const process of STOPPED) {
        const one = rig.processes[process];
        if (one && (await readReadiness(one))) problems.push(`${process} says that it is ready`);
      }
      return problems;
    },
    isUndone,
  };
}

/** What docs/operations.md tells a person to do; then everybody asks again about what they had been told. */
async function reconcile(
  rig: UnwellRig,
  history: History,
  isUndone: (one: OperationHistory) => boolean,
): Promise<void> {
  await Promise.all(
    STOPPED.map(async (name) => {
      await rig.processes[name]?.stop();
    }),
  );
  await promisify(execFile)(process.execPath, [join("dist", "restore.mjs"), "--reconcile-only"], {
    env: {
      ...process.env,
      ...rig.stack.env({
        LIVE_OWNER_DATABASE_URL: rig.stack.liveOwnerUrl,
        FINANCE_OWNER_DATABASE_URL: rig.stack.financeOwnerUrl,
      }),
    },
    timeout: COMMAND_MS_MAX,
  });
  for (const name of STOPPED) await rig.start(name);
  for (const one of history.operations().filter(isUndone)) await askAgain(rig, history, one);
}

async function askAgain(rig: UnwellRig, history: History, { operation }: OperationHistory): Promise<void> {
  const sender = rig.senders.find(({ userId }) => userId === operation.userId);
  if (!sender) return;
  const query = { giftOrderId: operation.id };
  await waitUntil("a sender is told what became of the gift", async () => {
    const askedAtMs = Date.now();
    const { webUrl } = rig.stack;
    const answer = await trpcCall<GiftStatusResult>(webUrl, "gift.status", { query }, sender.signer());
    if (answer.kind !== "answer") return false;
    history.record(operation, { type: "status", status: answer.value.status }, askedAtMs);
    return true;
  });
}
