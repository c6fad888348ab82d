import { type ChildProcess, spawn } from "node:child_process";

/**
 * Ends services and workers when this process is gone, however it went (even by `kill -9`).
 *
 * A tiny shell holds the reading end of a pipe. Each line it reads is the full list of what to end, in order; end of
 * file means that this process no longer exists, so the shell ends the last list it was given. It is a shell and not
 * Node because it is ready at once, costs 1 MB and also works where there is no "parent death signal" (macOS). It has a
 * session of its own, so that Ctrl-C in the terminal does not reach it.
 */
const GUARD_SCRIPT = `
trap '' INT TERM HUP
plan=""
while IFS= read -r line; do plan=$line; done
gone() {
  kill -0 "$1" 2>/dev/null || return 0
  grep -q '^State:.*Z' "/proc/$1/status" 2>/dev/null
}
for step in $plan; do
  signal=\${step%%:*}
  pids=$(echo "\${step#*:}" | tr ',' ' ')
  for pid in $pids; do kill -s "$signal" "$pid" 2>/dev/null; done
  tries=0
  while [ "$tries" -lt 120 ]; do
    left=""
    for pid in $pids; do gone "$pid" || left="$left $pid"; done
    [ -z "$left" ] && break
    sleep 0.1
    tries=$((tries + 1))
  done
  for pid in $left; do kill -s KILL "$pid" 2>/dev/null; done
done
`;

/** Steps run one after another: workers leave before the services they need. */
const STEPS = ["worker", "redis", "postgres"] as const;
export type GuardStep = (typeof STEPS)[number];
/** SIGINT is PostgreSQL's "fast" shutdown: it does not wait for clients to leave. */
const STEP_SIGNALS: Record<GuardStep, string> = { worker: "TERM", redis: "TERM", postgres: "INT" };

const guarded = new Map<number, GuardStep>();
let guardProcess: ChildProcess | undefined;

function sendPlan(): void {
  if (!guardProcess) {
    guardProcess = spawn("/bin/sh", ["-c", GUARD_SCRIPT], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
      cwd: "/",
    });
    guardProcess.on("exit", () => {
      guardProcess = undefined;
    });
    guardProcess.stdin?.on("error", () => undefined);
    guardProcess.unref();
    // The pipe alone must not keep a finished process alive.
    (guardProcess.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  }
  const plan = STEPS.flatMap((step) => {
    const pids = [...guarded].filter(([, pidStep]) => pidStep === step).map(([pid]) => pid);
    return pids.length > 0 ? [`${STEP_SIGNALS[step]}:${pids.join(",")}`] : [];
  });
  guardProcess.stdin?.write(`${plan.join(" ")}\n`);
}

/** Makes sure that `pid` ends when this process does. */
export function guard(pid: number, step: GuardStep): void {
  guarded.set(pid, step);
  sendPlan();
}

/** Call when `pid` has ended, so that a process which later gets the same number is left alone. */
export function unguard(pid: number): void {
  if (guarded.delete(pid)) sendPlan();
}
