import { pino } from "pino";
import type { App } from "../apps";
import { startPushGateway } from "../gateway";
import type { GatewayLimits } from "../limits/limits";

/** A gateway in a process of its own, for a test to kill; says on its standard output where it listens. */

export interface ChildGatewayOptions {
  apps: App[];
  limits: Partial<GatewayLimits>;
  redisUrl: string;
}

const { apps, limits, redisUrl } = JSON.parse(process.argv[2] ?? "") as ChildGatewayOptions;
const { port } = await startPushGateway({
  host: "127.0.0.1",
  port: 0,
  apps,
  limits,
  log: pino({ level: "silent" }),
  cluster: { redisUrl },
});
process.stdout.write(`${port}\n`);
// Should the test die first, nobody else would end this.
process.stdin.on("end", () => process.exit());
process.stdin.resume();
