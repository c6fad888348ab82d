import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { build } from "esbuild";
import type { ChildGatewayOptions } from "./child-gateway";

const FOLDER = "node_modules/.cache/downpour-push-gateway";

/** Starts a gateway in a process of its own. Its port, and signals for it. */
export async function startChildGateway(options: ChildGatewayOptions) {
  // Tests that run at the same time each have their own.
  const outfile = resolve(FOLDER, `child-${process.pid}.mjs`);
  await build({
    entryPoints: ["workers/push-gateway/testing/child-gateway.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    alias: { "@": resolve(".") },
    loader: { ".lua": "text" },
    logLevel: "error",
  });
  const child = spawn(process.execPath, [outfile, JSON.stringify(options)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [output] = (await once(child.stdout, "data")) as [Buffer];
  return {
    port: Number(output.toString()),
    signal: (signal: NodeJS.Signals) => child.kill(signal),
    kill9: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}
