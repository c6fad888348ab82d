import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { build } from "esbuild";

/** A helper process of a bench, spoken to in messages: each request gets one reply. */
export interface Child {
  ask: <Reply>(request: object) => Promise<Reply>;
  stop: () => Promise<void>;
}

/** Bundles `bench/push/<name>.ts` and starts it in a process of its own. Call from the repository's root. */
export async function startChild(name: string): Promise<Child> {
  const outfile = resolve(".data/bench", `${name}.mjs`);
  await build({
    entryPoints: [`bench/push/${name}.ts`],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    alias: { "@": resolve(".") },
    logLevel: "error",
  });
  const child = fork(outfile, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  let requests = 0;
  const waiting = new Map<number, (reply: never) => void>();
  child.on("message", ({ id, reply }: { id: number; reply: never }) => {
    waiting.get(id)?.(reply);
    waiting.delete(id);
  });
  const died = once(child, "exit").then(() => {
    throw new Error(`${name} ended before its time`);
  });
  died.catch(() => {});
  return {
    ask: (request) => {
      requests += 1;
      const id = requests;
      const replied = new Promise<never>((done) => waiting.set(id, done));
      child.send({ id, request });
      return Promise.race([replied, died]);
    },
    stop: () => stop(child),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}
