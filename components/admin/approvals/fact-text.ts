import { formatBps } from "../../lib/format";
import type { useLocaleFormats } from "../../lib/use-locale-formats";

/** A value as the unit in its name says: `…Fen`, `…Coins`, `…Bps`, `…At`. Others stand as they are. */
export function factText(name: string, value: unknown, formats: ReturnType<typeof useLocaleFormats>): string {
  if (value === null || value === undefined) return "—";
  if (typeof value === "number") {
    if (name.endsWith("Fen")) return formats.fen(value);
    if (name.endsWith("Bps")) return formatBps(value);
    return formats.coins(value);
  }
  if (typeof value === "string") {
    return name.endsWith("At") && !Number.isNaN(Date.parse(value)) ? formats.fullDateTime(value) : value;
  }
  return JSON.stringify(value);
}
