import { pino } from "pino";
import { App } from "@/workers/push-gateway/apps";
import { startPushGateway } from "@/workers/push-gateway/gateway";
import { serveParent } from "./serve-parent";

const APP = App.parse({ id: "1", key: "bench-key", secret: "bench-secret", subscriptionCounts: false });

/** The gateway as it is, on a free port. */
serveParent<{ command: "start" } | { command: "cpu" }>(async (request) => {
  if (request.command === "cpu") return process.cpuUsage();
  const { port } = await startPushGateway({
    host: "127.0.0.1",
    port: 0,
    apps: [APP],
    log: pino({ level: "silent" }),
  });
  return { port };
});
