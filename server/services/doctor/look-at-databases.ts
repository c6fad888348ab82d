import { listRewritableTables } from "@/db/application-role";
import { compareMigrations } from "@/db/applied-migrations";
import { FINANCE_GRANTS } from "@/db/finance/grants";
import { LIVE_GRANTS } from "@/db/live/grants";
import { listSealedPhones } from "@/db/live/queries/sealed-phones";
import { tryWriting } from "@/db/ping";
import { listProcesses } from "@/db/running-processes";
import { readServerFacts, type ServerFacts, tryPreparedStatements } from "@/db/server-facts";
import { phoneSealOf } from "@/platform/security/phone-seal";
import { isDemoMode } from "@/platform/settings/env";
import type { Resources } from "../context";
import { findProblem } from "../restore/watch-databases";
import { callReason } from "./call-reason";
import { type FoundProblem, fits, type Looked, only, orOnly, problem } from "./look";

const ANSWER_MS_MAX = 3_000;
const VERSION_MIN = 160_000;
const TABLES_SHOWN = 3;
const PHONES_OPENED = 3;
const APPLICATION_NAME = "downpour-doctor";
/** Without one of these something that people wait for does not happen. */
const PROCESSES = ["web", "gift-debit", "packet-credit", "settlement", "analytics", "scheduler"];

type DatabaseName = "live" | "finance";
const NAMES = {
  live: { grants: LIVE_GRANTS, url: "LIVE_DATABASE_URL", replicaUrl: "LIVE_READ_DATABASE_URL" },
  finance: { grants: FINANCE_GRANTS, url: "FINANCE_DATABASE_URL", replicaUrl: "FINANCE_READ_DATABASE_URL" },
} as const;

/** Whether a database takes a write, is of this version, forgets nothing, and lets us do just what we may. */
export function lookAtDatabase(resources: Resources, name: DatabaseName): Promise<Looked> {
  const { env, [name]: db } = resources;
  const look = async (): Promise<Looked> => {
    await tryWriting(db, ANSWER_MS_MAX);
    const server = await readServerFacts(db);
    const problems = await Promise.all([
      findMigrationProblems(resources, name),
      findRoleProblems(resources, name),
      findStatementProblems(env[NAMES[name].url]),
      findReplicaProblems(resources, name),
    ]);
    const ofServer = findServerProblems(server, env.DATABASE_POOL_MAX);
    return { facts: { version: server.version }, problems: [...ofServer, ...problems.flat()] };
  };
  return orOnly("databaseAway", { setting: NAMES[name].url }, look());
}

function findServerProblems(server: ServerFacts, poolMax: number): FoundProblem[] {
  const problems: FoundProblem[] = [];
  if (server.versionNumber < VERSION_MIN) problems.push(problem("databaseOld", { version: server.version }));
  if (server.forgetful.length > 0)
    problems.push(problem("databaseForgets", { settings: server.forgetful.join(", ") }));
  if (server.freeConnections < poolMax)
    problems.push(
      problem("fewConnections", { count: Math.max(0, server.freeConnections), minimum: poolMax }),
    );
  return problems;
}

async function findMigrationProblems(resources: Resources, name: DatabaseName): Promise<FoundProblem[]> {
  const state = await compareMigrations(resources[name], name);
  if (!state) return [problem("migrationsUnknown")];
  if (state.missing > 0) return [problem("migrationsMissing", { count: state.missing })];
  return state.isAhead ? [problem("migrationsAhead")] : [];
}

async function findRoleProblems(
  { env, live, finance }: Resources,
  name: DatabaseName,
): Promise<FoundProblem[]> {
  if (isDemoMode(env) || env.ALLOW_APPLICATION_TO_REWRITE_LEDGER) return [];
  const tables = await listRewritableTables({ live, finance }[name], NAMES[name].grants);
  if (tables.length === 0) return [];
  const setting = NAMES[name].url;
  return [problem("roleMayRewrite", { setting, tables: tables.slice(0, TABLES_SHOWN).join(", ") })];
}

async function findStatementProblems(url: string): Promise<FoundProblem[]> {
  try {
    await tryPreparedStatements(url, APPLICATION_NAME);
    return [];
  } catch (error) {
    return [problem("statementsLost", { reason: callReason(error) })];
  }
}

async function findReplicaProblems({ env, readers }: Resources, name: DatabaseName): Promise<FoundProblem[]> {
  const setting = NAMES[name].replicaUrl;
  const db = readers?.[name]?.db;
  if (env[setting] === undefined || !db) return [];
  try {
    const { isReplica } = await readServerFacts(db);
    return isReplica ? [] : [problem("replicaIsNone", { setting })];
  } catch (error) {
    return [problem("replicaAway", { setting, reason: callReason(error) })];
  }
}

/** Whether the databases are those that Redis and finance know: a restored one has to be reconciled first. */
export async function lookAtKnownDatabases(resources: Resources): Promise<Looked> {
  const reason = await findProblem(resources);
  return reason === undefined ? fits() : only("databasesDiffer", { reason });
}

/** Whether the keys of the settings open what this database holds: others would seal what nobody can read together. */
export async function lookAtDataKeys({ live, env }: Resources): Promise<Looked> {
  const phones = phoneSealOf(env);
  const rows = await listSealedPhones(live, PHONES_OPENED);
  for (const { id, sealed, index } of rows) {
    try {
      if (phones.index(phones.open(id, sealed)) !== index) return only("indexKeyDiffers");
    } catch {
      return only("keysDoNotOpen");
    }
  }
  return fits({ count: rows.length });
}

/** Which processes are connected, by the names that they give their connections. */
export async function lookAtProcesses({ live }: Resources): Promise<Looked> {
  const connected = new Set(await listProcesses(live));
  const missing = PROCESSES.filter((name) => !connected.has(`downpour-${name}`));
  return missing.length === 0
    ? fits({ count: PROCESSES.length })
    : only("processesMissing", { names: missing.join(", ") });
}
