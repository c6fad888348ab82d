import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chownSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { chooseServiceIdentity, identityOfOwner } from "@/stack/services/identity";
import { type PostgresServer, startPostgres } from "@/stack/services/postgres";
import { getPostgresBinaries } from "@/stack/services/postgres-binaries";
import { migrateFinance, migrateLive } from "../migrate";

/** A primary with both databases, and a server that follows it by streaming replication. */
export interface ReplicatedPostgres {
  primary: PostgresServer;
  replica: PostgresServer;
  /** Stops the replica from applying what it receives, and lets it go on. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

const SETTINGS = { fsync: "off", shared_buffers: "32MB" };
/** The role of the databases may replicate, and hold replication up, here only. */
const GRANTS = `ALTER ROLE downpour REPLICATION
GRANT EXECUTE ON FUNCTION pg_wal_replay_pause() TO downpour
GRANT EXECUTE ON FUNCTION pg_wal_replay_resume() TO downpour
`;

/** The embedded packages have no `pg_basebackup`: the copy is made of the files of a primary that was stopped in order. */
export async function startReplicatedPostgres(): Promise<ReplicatedPostgres> {
  const folder = mkdtempSync(join(tmpdir(), "downpour-replicated-"));
  const dataOf = (name: string) => join(folder, name);
  const primary = await startPostgres({ dataDir: dataOf("primary"), port: 0, settings: SETTINGS });
  for (const [name, migrate] of [
    ["live", migrateLive],
    ["finance", migrateFinance],
  ] as const) {
    await runSql(primary.url("postgres"), `CREATE DATABASE ${name}`);
    await migrate(primary.url(name), primary.applicationUrl(name));
  }
  await primary.stop();
  const { uid, gid } = statSync(realpathSync(dataOf("primary")));
  runAs(uid, gid, getPostgres(uid, gid), ["--single", "-D", dataOf("primary"), "postgres"], GRANTS);
  run("cp", ["-a", realpathSync(dataOf("primary")), dataOf("replica")]);
  const { port } = primary;
  const { passwords } = primary;
  const source = `host=127.0.0.1 port=${port} user=downpour password=${passwords.owner}`;
  appendFileSync(join(dataOf("replica"), "postgresql.auto.conf"), `primary_conninfo = '${source}'\n`);
  writeFileSync(join(dataOf("replica"), "standby.signal"), "");
  chownSync(join(dataOf("replica"), "standby.signal"), uid, gid);
  await primary.restart();
  const replica = await startPostgres({ dataDir: dataOf("replica"), port: 0, settings: SETTINGS, passwords });
  return {
    primary,
    replica,
    pause: () => runSql(replica.url("postgres"), "SELECT pg_wal_replay_pause()"),
    resume: () => runSql(replica.url("postgres"), "SELECT pg_wal_replay_resume()"),
    async close() {
      await replica.stop();
      await primary.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function getPostgres(uid: number, gid: number): string {
  const identity = identityOfOwner(uid, gid) ?? chooseServiceIdentity();
  return getPostgresBinaries(identity, () => undefined).postgres;
}

function runAs(uid: number, gid: number, program: string, args: string[], input: string): void {
  const isRoot = process.getuid?.() === 0;
  const result = spawnSync(program, args, {
    ...(isRoot ? { uid, gid } : {}),
    cwd: "/",
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C", NODE_ENV: "test" },
    input,
    encoding: "utf8",
  });
  const output = `${result.stdout}${result.stderr}`;
  if (result.status !== 0 || /^(.*: )?(ERROR|FATAL):/m.test(output)) throw new Error(output);
}

function run(program: string, args: string[]): void {
  const result = spawnSync(program, args, { encoding: "utf8" });
  if (result.status !== 0) throw new Error(`${program} failed: ${result.stderr}`);
}

async function runSql(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}
