import postgres from "postgres";

/**
 * Ends connections that went silent. A network that drops what it carries says nothing: without this a statement, and
 * each one that is put on the same connection after it, would wait for ever, while a new connection works.
 *
 * Silence alone proves nothing, because a statement may take long. So the server is asked, on a new connection, what it
 * does for the one that hears nothing: when it is not working on anything, but waits for us as we wait for it, nothing
 * will come any more. Its side is ended first, with whatever locks it holds, then ours; statements that were under way
 * fail as on any lost connection, and whether a commit among them was carried out is unknown.
 */

/** A connection of a pool, as the mended driver shows it (scripts/lib/mend-postgres.mjs). */
export interface WatchedConnection {
  /** Something was asked and is not answered. */
  isWaiting(): boolean;
  /** All that was received since it was opened. */
  readBytes(): number;
  readPid(): number | null;
  end(reason: Error): void;
}

const TICK_MS = 500;
/** Counted in ticks and not by a clock: a process that stood still itself finds what it did not hear waiting for it. */
const SUSPECT_TICKS = 4;
const ASK_EVERY_TICKS = 2;
/** The server has waited for us so long that whatever is on its way would be here. */
const IDLE_SECONDS_MIN = 1;
const ASK_MS_MAX = 2_000;
/** What the server does not know at all, as behind a pooler or after another took over, is ended this long after its time. */
const UNKNOWN_MARGIN_MS = 2_000;

interface Watched {
  connection: WatchedConnection;
  bytes: number;
  silentTicks: number;
}

export interface SilenceOptions {
  url: string;
  applicationName: string;
  /** No statement takes longer; 0 where there is no limit. */
  statementTimeoutMs: number;
  /** Called with one sentence for each connection that is ended. */
  onEnd(reason: string): void;
}

export interface SilenceWatch {
  watch(connection: WatchedConnection): void;
  stop(): void;
}

export function watchSilence(options: SilenceOptions): SilenceWatch {
  const all: Watched[] = [];
  const unknownTicksMax =
    options.statementTimeoutMs === 0
      ? Number.POSITIVE_INFINITY
      : (options.statementTimeoutMs + UNKNOWN_MARGIN_MS) / TICK_MS;
  let isAsking = false;

  function end(watched: Watched, why: string): void {
    const reason = `A database connection was silent for ${(watched.silentTicks * TICK_MS) / 1_000} s: ${why}`;
    watched.silentTicks = 0;
    watched.connection.end(Object.assign(new Error(reason), { code: "ETIMEDOUT" }));
    options.onEnd(reason);
  }

  async function ask(suspects: readonly Watched[]): Promise<void> {
    const asked = suspects.map((watched) => ({
      watched,
      pid: watched.connection.readPid() ?? 0,
      bytes: watched.connection.readBytes(),
    }));
    const states = await askServer(
      options,
      asked.map(({ pid }) => pid),
    );
    for (const { watched, pid, bytes } of asked) {
      const { connection } = watched;
      // It may have been answered, or lost and opened again, meanwhile.
      if (!connection.isWaiting() || connection.readBytes() !== bytes) continue;
      const state = states.get(pid);
      if (state === "ended") end(watched, "the server waited for us, and was told to end it.");
      else if (!state && watched.silentTicks >= unknownTicksMax) end(watched, "the server does not know it.");
    }
  }

  function tick(): void {
    const suspects: Watched[] = [];
    for (const watched of all) {
      const { connection } = watched;
      const bytes = connection.readBytes();
      if (!connection.isWaiting() || bytes !== watched.bytes) watched.silentTicks = 0;
      else watched.silentTicks += 1;
      watched.bytes = bytes;
      const overdueTicks = watched.silentTicks - SUSPECT_TICKS;
      if (overdueTicks >= 0 && overdueTicks % ASK_EVERY_TICKS === 0) suspects.push(watched);
    }
    if (suspects.length === 0 || isAsking) return;
    isAsking = true;
    ask(suspects)
      // A server that answers on no connection is away, and nothing is gained by ending those that wait for it.
      .catch(() => {})
      .finally(() => {
        isAsking = false;
      });
  }

  const timer = setInterval(tick, TICK_MS);
  timer.unref();
  return {
    watch: (connection) => all.push({ connection, bytes: 0, silentTicks: 0 }),
    stop: () => clearInterval(timer),
  };
}

/** What the server does for these connections; it ends those on which it waits for us. Rejects when it does not answer. */
async function askServer(
  { url, applicationName }: SilenceOptions,
  pids: readonly number[],
): Promise<Map<number, "ended" | "working">> {
  const sql = postgres(url, {
    max: 1,
    connect_timeout: ASK_MS_MAX / 1_000,
    fetch_types: false,
    onnotice: () => {},
    connection: { application_name: `${applicationName}-watch`, statement_timeout: ASK_MS_MAX },
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${ASK_MS_MAX} ms.`)), ASK_MS_MAX);
  });
  try {
    // "active" and waiting for its client: it has a part of a statement and waits for the rest, or cannot send its answer.
    const rows = await Promise.race([
      sql<{ pid: number; ended: boolean }[]>`
        WITH asked AS MATERIALIZED (
          SELECT pid, (state <> 'active' OR wait_event_type = 'Client')
              AND state_change < clock_timestamp() - make_interval(secs => ${IDLE_SECONDS_MIN}) AS is_idle
          FROM pg_stat_activity
          WHERE pid = ANY (${`{${pids.join(",")}}`}::int[])
            AND application_name = ${applicationName} AND usename = current_user AND datname = current_database()
        )
        SELECT pid, CASE WHEN is_idle THEN pg_terminate_backend(pid) ELSE false END AS ended FROM asked`,
      late,
    ]);
    return new Map(rows.map(({ pid, ended }) => [pid, ended ? "ended" : "working"]));
  } finally {
    clearTimeout(timer);
    sql.end({ timeout: 0 }).catch(() => {});
  }
}
