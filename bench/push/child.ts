import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { bundleSource } from "@/stack/bundle-source";
import { startNode } from "@/stack/start-node";

/** A helper process of a bench, spoken to in messages: each request gets one reply. */
export interface Child {
  readonly pid: number;
  ask: <Reply>(request: object) => Promise<Reply>;
  /** Ends it at once, like a crash. */
  stop: () => Promise<void>;
}

/** The slowest of requests opens ten thousand sockets, or waits for stragglers. */
const REPLY_MS_MAX = 5 * 60_000;
/** More sockets than any bench holds. */
const FILES_WANTED = 65_536;

/**
 * Bundles `bench/push/<name>.ts` and starts it in a process of its own, with room for many sockets where the system
 * allows it. Call from the repository's root.
 */
export async function startChild(name: string): Promise<Child> {
  const outfile = resolve(".data/bench", `${name}.mjs`);
  await bundleSource(`bench/push/${name}.ts`, outfile);
  const child = startNode(outfile, {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    filesMax: FILES_WANTED,
  });
  let requests = 0;
  const waiting = new Map<number, { done: (reply: never) => void; fail: (error: Error) => void }>();
  child.on("message", ({ id, reply, problem }: { id: number; reply: never; problem?: string }) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (problem === undefined) asked?.done(reply);
    else asked?.fail(new Error(`${name}: ${problem}`));
  });
  const died = once(child, "exit").then(([code, signal]: unknown[]) => {
    throw new Error(`${name} ended before its time, with ${String(signal ?? code)}; why, stands above.`);
  });
  died.catch(() => {});
  return {
    pid: child.pid ?? 0,
    ask: (request) => {
      requests += 1;
      const id = requests;
      const replied = new Promise<never>((done, fail) => {
        waiting.set(id, { done, fail });
        const timer = setTimeout(() => {
          if (waiting.delete(id)) fail(new Error(`${name} did not answer within ${REPLY_MS_MAX} ms`));
        }, REPLY_MS_MAX);
        timer.unref();
      });
      // A process that has ended takes nothing; that it did is said below.
      if (child.connected) child.send({ id, request });
      return Promise.race([replied, died]);
    },
    stop: () => stop(child),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

/** How many sockets one process may hold beside the files it needs itself. */
export function readSocketsMax(pid: number): number {
  const FILES_OF_ITS_OWN = 100;
  try {
    const limits = readFileSync(`/proc/${pid}/limits`, "utf8");
    // Node raises the soft limit to the hard one when it starts.
    const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(limits)?.[1];
    return hard === undefined ? FILES_WANTED : Number(hard) - FILES_OF_ITS_OWN;
  } catch {
    return FILES_WANTED;
  }
}
