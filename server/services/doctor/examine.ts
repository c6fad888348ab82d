import { DOCTOR_CHECKS, DOCTOR_PROBLEMS, type DoctorFinding } from "@/domain/contracts/doctor";
import { listSettingWarnings } from "@/platform/settings/check-settings";
import type { Resources } from "../context";
import { listPushWarnings } from "../push/push-config";
import { callReason } from "./call-reason";
import { type Looked, type Looks, only, problem } from "./look";
import { lookAtCallbacks, lookAtProviders, lookAtPublicAddress } from "./look-at-addresses";
import { lookAtDatabase, lookAtDataKeys, lookAtKnownDatabases, lookAtProcesses } from "./look-at-databases";
import { lookAtClock, lookAtMachine } from "./look-at-machine";
import { lookAtPush } from "./look-at-push";
import { lookAtPushRedis, lookAtRedis } from "./look-at-redis";

/** before-start: what has to be there before a process is. running: also what only a running product shows. */
export type DoctorScope = "before-start" | "running";

/** Tries each assumption that the product rests on, all side by side. It changes nothing that anybody sees. */
export async function examine(resources: Resources, scope: DoctorScope): Promise<DoctorFinding[]> {
  const { env } = resources;
  const looks: Looks = {
    settings: async () => ({
      facts: { mode: env.DOWNPOUR_MODE },
      problems: [...listSettingWarnings(env), ...listPushWarnings(env)].map((reason) =>
        problem("settingWarning", { reason }),
      ),
    }),
    liveDatabase: () => lookAtDatabase(resources, "live"),
    financeDatabase: () => lookAtDatabase(resources, "finance"),
    redis: () => lookAtRedis(resources),
    pushRedis: () => lookAtPushRedis(resources),
    knownDatabases: () => lookAtKnownDatabases(resources),
    dataKeys: () => lookAtDataKeys(resources),
    clock: () => lookAtClock(resources),
    machine: () => lookAtMachine(env),
    ...(scope === "running"
      ? {
          processes: () => lookAtProcesses(resources),
          publicAddress: () => lookAtPublicAddress(resources),
          callbacks: () => lookAtCallbacks(resources),
          providers: () => lookAtProviders(resources),
          push: () => lookAtPush(resources),
        }
      : {}),
  };
  const findings = await Promise.all(
    DOCTOR_CHECKS.map(async (check) => {
      const looked = await looks[check]?.().catch((error: unknown) =>
        only("couldNotLook", { reason: callReason(error) }),
      );
      return looked ? toFindings(check, looked) : [];
    }),
  );
  const all = findings.flat();
  // What could not be looked at without a store says nothing that the store's own line does not say.
  const isStoreAway = all.some((one) => one.problem === "databaseAway" || one.problem === "redisAway");
  return isStoreAway ? all.filter((one) => one.problem !== "couldNotLook") : all;
}

function toFindings(check: DoctorFinding["check"], { facts, problems }: Looked): DoctorFinding[] {
  if (problems.length === 0) return [{ check, outcome: "fits", problem: null, facts }];
  return problems.map((found) => ({
    check,
    outcome: DOCTOR_PROBLEMS[found.problem],
    problem: found.problem,
    facts: found.facts,
  }));
}
