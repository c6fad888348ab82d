import { findFreePort, isPortFree } from "@/stack/services/ports";
import { type StartSettings, usesHostedPush, usesPaymentSandbox } from "./settings";

export interface PlannedPorts {
  web: number;
  push: number;
  sandbox: number;
  /** Health ports by process name. */
  health: Record<string, number>;
}

/**
 * Chooses every port. One that was asked for by name must be free; a default that is taken moves up to the next free one.
 * @throws Error with one sentence when a port that was asked for is taken.
 */
export async function planPorts(
  settings: StartSettings,
  processNames: readonly string[],
  onNotice: (text: string) => void,
): Promise<PlannedPorts> {
  const { env, given } = settings;
  const taken = new Set<number>();
  const plan = async (
    variable: "WEB_PORT" | "PUSHER_PORT" | "PAYMENT_SANDBOX_PORT",
    wanted: number,
    what: string,
  ) => {
    if (given[variable] !== undefined && wanted !== 0 && !(await isPortFree(wanted, env.BIND_HOST))) {
      throw new Error(`Port ${wanted} (${variable}) is taken by another program; choose another one.`);
    }
    const port = await findFreePort(wanted, { host: env.BIND_HOST, taken });
    if (wanted !== 0 && port !== wanted) onNotice(`Port ${wanted} is taken; ${what} uses ${port}.`);
    taken.add(port);
    return port;
  };
  const web = await plan("WEB_PORT", env.WEB_PORT, "the web process");
  const push = usesHostedPush(settings)
    ? env.PUSHER_PORT
    : await plan("PUSHER_PORT", env.PUSHER_PORT, "the push gateway");
  const sandbox = usesPaymentSandbox(settings)
    ? await plan("PAYMENT_SANDBOX_PORT", env.PAYMENT_SANDBOX_PORT, "the payment sandbox")
    : env.PAYMENT_SANDBOX_PORT;
  // Those that serve something else besides come last, and after them what is new, so that all keep the ports they are known by.
  const serving = ["web", "push-gateway", "payment-sandbox", "analytics", "simulator"];
  const ordered = [
    ...processNames.filter((name) => !serving.includes(name)),
    ...serving.filter((name) => processNames.includes(name)),
  ];
  const health: Record<string, number> = {};
  for (const name of ordered) {
    const port = await findFreePort(settings.healthPortBase, { host: env.HEALTH_HOST, taken });
    taken.add(port);
    health[name] = port;
  }
  return { web, push, sandbox, health };
}
