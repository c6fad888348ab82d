import { format } from "node:util";
import type { Log } from "./log";

const LEVELS = { debug: "debug", info: "info", log: "info", warn: "warn", error: "error" } as const;

/**
 * Has libraries that print by themselves write into the log. What they print may come from outside (a path, a message):
 * as text of its own it could pass for a line of ours.
 */
export function redirectConsole(log: Log): void {
  for (const [name, level] of Object.entries(LEVELS)) {
    console[name as keyof typeof LEVELS] = (...parts: unknown[]) =>
      log[level]({ printed: true }, format(...parts));
  }
}
