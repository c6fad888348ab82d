import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { guard, unguard } from "./guard";
import { canEnter, chooseServiceIdentity, type Identity, identityOfOwner } from "./identity";
import { keepLogBounded, type OpenLog, openLogFile } from "./log-file";
import { isAlive, listChildren, readCommandLine, trySignal, waitForExit } from "./os-process";
import { keepPassword } from "./passwords";
import { findFreePort } from "./ports";
import { getPostgresBinaries, type PostgresBinaries, SHARED_FOLDER } from "./postgres-binaries";
import { tailOfFile } from "./tail";

/**
 * The role that owns every database of ours, and the one that the application comes as, which owns nothing. The superuser
 * has no password and so cannot come in from outside.
 */
const OWNER = "downpour";
const APPLICATION = "downpour_app";
/** In the data folder: which passwords the roles have, as a hash. */
const ROLES_FILE = "downpour_roles";
const MAJOR_VERSION = "18";
/** Recovery after a crash under load replays up to `max_wal_size`. */
const START_MS_MAX = 120_000;
const STOP_MS_MAX = 20_000;
/** After `kill -9` the shared memory is held until the last orphaned backend notices. */
const ORPHANS_MS_MAX = 15_000;

const SETTINGS: Record<string, string> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  shared_buffers: "256MB",
  max_connections: "200",
  synchronous_commit: "on",
  max_wal_size: "2GB",
  checkpoint_timeout: "15min",
  // The data is on a disk without a moving head, or in memory.
  random_page_cost: "1.1",
  timezone: "UTC",
  log_timezone: "UTC",
};

export interface PostgresOptions {
  dataDir: string;
  /** The first free port from here upwards is used; 0 lets the system choose. */
  port: number;
  /** Further server settings, for example `{ fsync: "off" }` for tests. */
  settings?: Record<string, string>;
  /** Of the two roles; made and kept beside the data unless given. */
  passwords?: RolePasswords;
  /** One sentence for the person who started this. */
  onNotice?: (text: string) => void;
  /** Called when the server ends and nobody asked it to. */
  onCrash?: (reason: string) => void;
}

export interface RolePasswords {
  owner: string;
  application: string;
}

export interface PostgresServer {
  readonly port: number;
  /** The postmaster's process id; a new one after each `restart`. */
  readonly pid: number;
  /** Where the data really is. */
  readonly folder: string;
  readonly logFile: string;
  readonly passwords: RolePasswords;
  /** The address of one database, as the role that owns it (it may create databases). */
  url(database: string): string;
  /** The same as the role of the application, which may do what migrations have granted. */
  applicationUrl(database: string): string;
  /** Ends the postmaster and every backend at once, like a power cut. */
  kill9(): Promise<void>;
  /** Brings the server up again on the same port and data, stopping it first when it still runs. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts an embedded PostgreSQL 18 on 127.0.0.1 and resolves when it accepts connections. Creates the data folder on
 * first use; takes over a folder whose server was left behind by a killed start.
 * @throws Error with one sentence and the end of the server's log.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const onNotice = options.onNotice ?? (() => undefined);
  const { folder, identity } = prepareFolder(resolve(options.dataDir), onNotice);
  const binaries = getPostgresBinaries(identity, onNotice);
  const logFile = `${resolve(options.dataDir)}.log`;
  const name = basename(resolve(options.dataDir));
  const passwords = options.passwords ?? {
    owner: keepPassword(options.dataDir, `${name}Owner`),
    application: keepPassword(options.dataDir, `${name}Application`),
  };

  await endLeftover(folder);
  if (!existsSync(join(folder, "PG_VERSION"))) initialise(binaries, folder, identity, passwords);
  checkVersion(folder);
  setPasswords(binaries, folder, identity, passwords);

  const port = await findFreePort(options.port);
  if (options.port !== 0 && port !== options.port) {
    onNotice(`Port ${options.port} is taken; PostgreSQL uses ${port}.`);
  }
  const settings = { ...SETTINGS, ...compressionSetting(binaries, folder, identity), ...options.settings };
  const args = ["-D", folder, "-p", String(port)];
  for (const [name, value] of Object.entries(settings)) args.push("-c", `${name}=${value}`);

  let child: ChildProcess | undefined;
  let isStopping = false;
  let stopWatchingLog = () => {};

  const launch = async () => {
    const deadline = Date.now() + ORPHANS_MS_MAX;
    stopWatchingLog();
    stopWatchingLog = keepLogBounded(logFile);
    for (;;) {
      isStopping = false;
      const log = openLogFile(logFile);
      const started = spawnServer(binaries.postgres, args, identity, log);
      child = started;
      started.once("exit", (code, signal) => {
        if (started.pid) unguard(started.pid);
        if (!isStopping && child === started) options.onCrash?.(`PostgreSQL ended with ${signal ?? code}`);
      });
      isStopping = true; // Until it is ready, an exit is reported by the error below, not as a crash.
      const failure = await waitUntilReady(started, folder);
      isStopping = false;
      if (!failure) return;
      const said = tailOfFile(logFile, 12, log.fromByte);
      const isHeldByOrphans = /pre-existing shared memory block|lock file .* already exists/.test(said);
      if (!isHeldByOrphans || Date.now() > deadline) {
        throw new Error(`PostgreSQL did not start on port ${port}: ${failure}\n${said}`);
      }
      await delay(200);
    }
  };

  const end = async (signal: "SIGINT" | "SIGKILL") => {
    const pid = child?.pid;
    if (!pid || !isAlive(pid)) return;
    isStopping = true;
    const backends = signal === "SIGKILL" ? listChildren(pid) : [];
    for (const target of [pid, ...backends]) trySignal(target, signal);
    if (!(await waitForExit(pid, STOP_MS_MAX))) {
      trySignal(pid, "SIGQUIT");
      await waitForExit(pid, STOP_MS_MAX);
    }
    await Promise.all(backends.map((backend) => waitForExit(backend, STOP_MS_MAX)));
    unguard(pid);
  };

  await launch();
  return {
    port,
    get pid() {
      return child?.pid ?? 0;
    },
    folder,
    logFile,
    passwords,
    url: (database) => `postgres://${OWNER}:${passwords.owner}@127.0.0.1:${port}/${database}`,
    applicationUrl: (database) =>
      `postgres://${APPLICATION}:${passwords.application}@127.0.0.1:${port}/${database}`,
    kill9: () => end("SIGKILL"),
    restart: async () => {
      await end("SIGINT");
      await launch();
    },
    stop: async () => {
      await end("SIGINT");
      stopWatchingLog();
    },
  };
}

/**
 * The folder that will hold the data and the user who will serve it. Existing data stays with its owner. Below a
 * folder that the user may not enter (a checkout in /root) the data goes to /var/lib and a link is left in its place.
 */
function prepareFolder(
  dataDir: string,
  onNotice: (text: string) => void,
): { folder: string; identity: Identity | undefined } {
  if (existsSync(dataDir)) {
    const folder = realpathSync(dataDir);
    const owner = statSync(folder);
    const self = process.getuid?.();
    if (self !== 0 && self !== owner.uid) {
      throw new Error(`The data in ${dataDir} belongs to another user; start as that user, or set DATA_DIR.`);
    }
    const identity = identityOfOwner(owner.uid, owner.gid) ?? chooseServiceIdentity();
    if (identity && owner.uid === 0) chownSync(folder, identity.uid, identity.gid);
    return { folder, identity };
  }
  mkdirSync(dirname(dataDir), { recursive: true });
  const identity = chooseServiceIdentity();
  if (identity) openTemporaryFolders(dirname(dataDir));
  if (identity && !canEnter(identity, dirname(dataDir))) {
    mkdirSync(SHARED_FOLDER, { recursive: true, mode: 0o755 });
    const folder = mkdtempSync(join(SHARED_FOLDER, "data-"));
    chownSync(folder, identity.uid, identity.gid);
    // An earlier link may point at data that somebody removed.
    rmSync(dataDir, { force: true });
    symlinkSync(folder, dataDir);
    onNotice(
      `User ${identity.name} may not enter ${dirname(dataDir)}, so PostgreSQL keeps its data in ${folder}.`,
    );
    return { folder, identity };
  }
  mkdirSync(dataDir, { mode: 0o700 });
  if (identity) chownSync(dataDir, identity.uid, identity.gid);
  return { folder: realpathSync(dataDir), identity };
}

/** `mkdtemp` makes folders that only their owner may enter; passing through is enough for the service's user. */
function openTemporaryFolders(folder: string): void {
  const temporary = realpathSync(tmpdir());
  for (let current = realpathSync(folder); current.startsWith(`${temporary}/`); current = dirname(current)) {
    const { uid, mode } = statSync(current);
    if (uid === process.getuid?.()) chmodSync(current, mode | 0o011);
  }
}

/** A start that was killed may leave a server running, or a pid file that now names a stranger. */
async function endLeftover(folder: string): Promise<void> {
  const pidFile = join(folder, "postmaster.pid");
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, "utf8").split("\n", 1)[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return; // PostgreSQL itself sees that it is stale.
  const command = readCommandLine(pid);
  if (!command.includes("postgres") || !command.includes(folder)) {
    rmSync(pidFile, { force: true });
    return;
  }
  trySignal(pid, "SIGINT");
  if (await waitForExit(pid, STOP_MS_MAX)) return;
  trySignal(pid, "SIGQUIT");
  await waitForExit(pid, STOP_MS_MAX);
}

/**
 * Creates the cluster in a folder of its own and then moves it up, `PG_VERSION` last, so that an interrupted start
 * leaves nothing that looks finished.
 */
function initialise(
  binaries: PostgresBinaries,
  folder: string,
  identity: Identity | undefined,
  passwords: RolePasswords,
): void {
  const unfinished = join(folder, "new");
  rmSync(unfinished, { recursive: true, force: true });
  if (readdirSync(folder).length > 0) {
    throw new Error(`${folder} is not empty and holds no PostgreSQL data; move it away or set DATA_DIR.`);
  }
  chmodSync(folder, 0o700);
  // The superuser has no password and local connections are refused, so only our roles can come in.
  const initdbArgs = [
    `--pgdata=${unfinished}`,
    "--username=postgres",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth-local=reject",
    "--auth-host=scram-sha-256",
    "--no-instructions",
  ];
  runTool(binaries.initdb, initdbArgs, identity);
  setPasswords(binaries, unfinished, identity, passwords);
  const entries = readdirSync(unfinished).filter((entry) => entry !== "PG_VERSION");
  for (const entry of [...entries, "PG_VERSION"]) renameSync(join(unfinished, entry), join(folder, entry));
  rmSync(unfinished, { recursive: true });
}

/**
 * Makes the roles and gives them their passwords, unless they have them already: in a new folder, and in one from a
 * version in which the password was known to everybody. The server does not run meanwhile.
 */
function setPasswords(
  binaries: PostgresBinaries,
  folder: string,
  identity: Identity | undefined,
  { owner, application }: RolePasswords,
): void {
  const file = join(folder, ROLES_FILE);
  const wanted = createHash("sha256").update(`${owner}\n${application}\n`).digest("hex");
  if (existsSync(file) && readFileSync(file, "utf8") === wanted) return;
  const role = (name: string, password: string, rights: string) =>
    `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') THEN CREATE ROLE ${name}; END IF; END $$\n` +
    `ALTER ROLE ${name} LOGIN ${rights} PASSWORD '${password}'\n`;
  runTool(
    binaries.postgres,
    ["--single", "-D", folder, "postgres"],
    identity,
    `${role(OWNER, owner, "CREATEDB")}${role(APPLICATION, application, "NOCREATEDB NOCREATEROLE NOSUPERUSER")}` +
      `GRANT pg_monitor, pg_checkpoint, pg_signal_backend TO ${OWNER}\n`,
  );
  writeFileSync(file, wanted, { mode: 0o600 });
  if (identity) chownSync(file, identity.uid, identity.gid);
}

function runTool(program: string, args: string[], identity: Identity | undefined, input = ""): void {
  const result = spawnSync(program, args, {
    uid: identity?.uid,
    gid: identity?.gid,
    cwd: "/",
    env: serverEnvironment(),
    input,
    encoding: "utf8",
  });
  const output = `${result.stdout ?? ""}${result.stderr ?? ""}`;
  if (result.error) throw result.error;
  if (result.status !== 0 || /^(.*: )?(ERROR|FATAL):/m.test(output)) {
    throw new Error(`PostgreSQL could not be set up.\n${output.trim()}`);
  }
}

function checkVersion(folder: string): void {
  const found = readFileSync(join(folder, "PG_VERSION"), "utf8").trim();
  if (found !== MAJOR_VERSION) {
    throw new Error(`${folder} holds data of PostgreSQL ${found}; this version needs ${MAJOR_VERSION}.`);
  }
}

/** Not every build of the embedded server has LZ4; one that has not would refuse to start with it. */
function compressionSetting(
  binaries: PostgresBinaries,
  folder: string,
  identity: Identity | undefined,
): Record<string, string> {
  const probe = spawnSync(
    binaries.postgres,
    ["-D", folder, "-c", "wal_compression=lz4", "-C", "wal_compression"],
    {
      uid: identity?.uid,
      gid: identity?.gid,
      cwd: "/",
      env: serverEnvironment(),
      stdio: "ignore",
    },
  );
  return probe.status === 0 ? { wal_compression: "lz4" } : {};
}

function spawnServer(
  program: string,
  args: string[],
  identity: Identity | undefined,
  log: OpenLog,
): ChildProcess {
  try {
    const child = spawn(program, args, {
      uid: identity?.uid,
      gid: identity?.gid,
      cwd: "/",
      env: serverEnvironment(),
      stdio: ["ignore", log.descriptor, log.descriptor],
      // Its own session: Ctrl-C in the terminal must reach the workers first.
      detached: true,
    });
    if (child.pid) guard(child.pid, "postgres");
    return child;
  } finally {
    log.close();
  }
}

function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC", NODE_ENV: "production" };
}

/** The last line of `postmaster.pid` becomes "ready" when connections are accepted; this is what `pg_ctl -w` reads. */
async function waitUntilReady(child: ChildProcess, folder: string): Promise<string | undefined> {
  let failure: string | undefined;
  child.once("error", (error) => {
    failure = error.message;
  });
  child.once("exit", (code, signal) => {
    failure = `it ended with ${signal ?? code}`;
  });
  const deadline = Date.now() + START_MS_MAX;
  while (!failure) {
    const lines = readPidFile(folder);
    if (lines[0] === String(child.pid) && lines[7]?.trim() === "ready") return undefined;
    if (Date.now() > deadline) return `it was not ready after ${START_MS_MAX / 1000} s`;
    await delay(20);
  }
  return failure;
}

function readPidFile(folder: string): string[] {
  try {
    return readFileSync(join(folder, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return [];
  }
}
