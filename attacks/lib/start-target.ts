import type { TestProject } from "vitest/node";
import { startStack } from "@/stack/stack";
import type { ProcessName } from "@/stack/stack-process";
import { seedDemo } from "../../scripts/seed-demo";

declare module "vitest" {
  interface ProvidedContext {
    target: TargetAddresses;
  }
}

/** Where the product under attack is, and the settings that further processes of it would run with. */
export interface TargetAddresses {
  webUrl: string;
  pushPort: number;
  /** As the role of the application, like the processes. */
  liveUrl: string;
  financeUrl: string;
  liveOwnerUrl: string;
  financeOwnerUrl: string;
  redisUrl: string;
  /** Where each process answers health checks. */
  healthUrls: Partial<Record<ProcessName, string>>;
  env: Record<string, string>;
}

const PROCESSES = [
  "web",
  "push-gateway",
  "payment-sandbox",
  "gift-debit",
  "packet-credit",
  "settlement",
  "analytics",
  "scheduler",
] as const satisfies readonly ProcessName[];

/**
 * Runs once before the attacks: the built product with every process, demo people and **the limits that hold by default**.
 * It believes X-Forwarded-For, so that each attacker has an address of their own.
 */
export default async function startTarget(project: TestProject): Promise<() => Promise<void>> {
  const stack = await startStack({
    env: { TRUST_PROXY: "true", LOG_LEVEL: "warn", PAYMENT_SANDBOX_MISCHIEF: "none" },
  });
  try {
    await seedDemo({ liveUrl: stack.liveUrl, financeUrl: stack.financeUrl });
    const processes = await Promise.all(PROCESSES.map((name) => stack.start(name)));
    project.provide("target", {
      webUrl: stack.webUrl,
      pushPort: stack.pushPort,
      liveUrl: stack.liveUrl,
      financeUrl: stack.financeUrl,
      liveOwnerUrl: stack.liveOwnerUrl,
      financeOwnerUrl: stack.financeOwnerUrl,
      redisUrl: stack.redis.url,
      healthUrls: Object.fromEntries(processes.map(({ name, healthUrl }) => [name, healthUrl])),
      env: stack.env(),
    });
  } catch (error) {
    console.error(stack.describe());
    await stack.close();
    throw error;
  }
  return () => stack.close();
}
