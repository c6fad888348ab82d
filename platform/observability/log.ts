import { type Logger, pino } from "pino";
import { escapeControlsOfLines } from "@/domain/rules/escape-controls";
import { env } from "../settings/env";
import { counter } from "./metrics";
import { currentTraceId } from "./trace";

export type Log = Logger;

const PINO_ERROR = 50;
const errorLines = counter("downpour_log_errors_total", "Lines of the log that are errors, or worse");

/**
 * The structured logger of one process: JSON lines on standard output, each with `service`, `node` and, inside a
 * traced action, `traceId`. Phone numbers, cookies and codes are cut out wherever a caller logs an object that has them.
 */
export function createLog(service: string): Log {
  const settings = env();
  return pino({
    level: settings.LOG_LEVEL,
    base: { service, node: settings.NODE_NAME },
    timestamp: pino.stdTimeFunctions.isoTime,
    // JSON keeps some characters that a terminal, or whoever splits the log into lines, acts on.
    hooks: {
      streamWrite: escapeControlsOfLines,
      logMethod(args, write, level) {
        if (level >= PINO_ERROR) errorLines.inc();
        write.apply(this, args);
      },
    },
    mixin: () => {
      const traceId = currentTraceId();
      return traceId ? { traceId } : {};
    },
    redact: {
      paths: [
        "phoneNumber",
        "*.phoneNumber",
        "code",
        "*.code.otp",
        "cookie",
        "*.cookie",
        "authorization",
        "*.authorization",
      ],
      censor: "[hidden]",
    },
  });
}
