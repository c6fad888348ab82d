import { once } from "node:events";
import { resolve } from "node:path";
import { bundleSource } from "@/stack/bundle-source";
import { startNode } from "@/stack/start-node";
import type { ChildGatewayOptions } from "./child-gateway";

const FOLDER = "node_modules/.cache/downpour-push-gateway";

/** Starts a gateway in a process of its own. Its port, and signals for it. */
export async function startChildGateway(options: ChildGatewayOptions) {
  // Tests that run at the same time each have their own.
  const outfile = resolve(FOLDER, `child-${process.pid}.mjs`);
  await bundleSource("push/gateway/testing/child-gateway.ts", outfile);
  const child = startNode(outfile, { args: [JSON.stringify(options)], stdio: ["pipe", "pipe", "inherit"] });
  if (!child.stdout) throw new Error("the gateway could not be started");
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
