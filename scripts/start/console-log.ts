import { escapeControls, escapeControlsOfLines } from "@/domain/rules/escape-controls";

/** The one readable log of everything that runs: time, process, level, message, fields. */

const LEVELS: Record<number, { label: string; colour: string }> = {
  10: { label: "TRACE", colour: "90" },
  20: { label: "DEBUG", colour: "90" },
  30: { label: "INFO", colour: "32" },
  40: { label: "WARN", colour: "33" },
  50: { label: "ERROR", colour: "31" },
  60: { label: "FATAL", colour: "31;1" },
};
const NAME_COLOURS = ["36", "35", "34", "33", "32", "96", "95", "94"];
const NAME_WIDTH = 14;
/** Fields that every line has and that say nothing new beside the process's name. */
const HIDDEN_FIELDS = new Set(["level", "time", "msg", "service", "node", "pid", "hostname", "err", "v"]);

export interface ConsoleLogOptions {
  write: (text: string) => void;
  isColoured: boolean;
}

export interface ConsoleLog {
  info(name: string, message: string, fields?: Record<string, unknown>): void;
  warn(name: string, message: string, fields?: Record<string, unknown>): void;
  error(name: string, message: string, fields?: Record<string, unknown>): void;
  /** One line of a process's output: a pino JSON line, or plain text that is shown as it is. */
  line(name: string, text: string): void;
  /** Text without a prefix. */
  print(text: string): void;
}

export function createConsoleLog(options: ConsoleLogOptions): ConsoleLog {
  const paint = (text: string, colour: string) =>
    options.isColoured ? `\u001b[${colour}m${text}\u001b[0m` : text;

  const format = (name: string, record: Record<string, unknown>) => {
    const level = LEVELS[Number(record.level)] ?? { label: "INFO", colour: "32" };
    const fields = Object.entries(record)
      .filter(([key, value]) => !HIDDEN_FIELDS.has(key) && value !== undefined)
      .map(([key, value]) => `${paint(`${escapeControls(key)}=`, "90")}${formatValue(value)}`);
    const head = [
      paint(formatTime(record.time), "90"),
      paint(name.padEnd(NAME_WIDTH), colourOf(name)),
      paint(level.label.padEnd(5), level.colour),
      typeof record.msg === "string" ? escapeControls(record.msg) : "",
      ...fields,
    ].join(" ");
    return `${head}\n${formatError(record.err)}`;
  };

  const log = (level: number) => (name: string, message: string, fields?: Record<string, unknown>) =>
    options.write(format(name, { level, time: new Date().toISOString(), msg: message, ...fields }));

  return {
    info: log(30),
    warn: log(40),
    error: log(50),
    line: (name, text) => {
      const record = parseRecord(text);
      options.write(
        record
          ? format(name, record)
          : `${paint(formatTime(undefined), "90")} ${paint(name.padEnd(NAME_WIDTH), colourOf(name))} ${escapeControls(text)}\n`,
      );
    },
    print: (text) => options.write(`${text}\n`),
  };
}

function parseRecord(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "level" in value ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function formatTime(time: unknown): string {
  const date = typeof time === "string" || typeof time === "number" ? new Date(time) : new Date();
  return date.toTimeString().slice(0, 8) + `.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

function formatValue(value: unknown): string {
  const isPlain = typeof value === "string" && /^[^\s"]+$/.test(value);
  return escapeControls(isPlain ? value : (JSON.stringify(value) ?? String(value)));
}

function formatError(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  const { stack, message } = error as { stack?: string; message?: string };
  const text = stack ?? message ?? JSON.stringify(error);
  return `${escapeControlsOfLines(text).replaceAll(/^/gm, "    ")}\n`;
}

/** The same process has the same colour in every run. */
function colourOf(name: string): string {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + character.charCodeAt(0)) >>> 0;
  return NAME_COLOURS[sum % NAME_COLOURS.length] ?? "36";
}
