/** Whole coins with separators: `12345` → `12,345`. */
export function formatCoins(coins: number, locale: string): string {
  return coinFormatOf(locale).format(coins);
}

const coinFormats = new Map<string, Intl.NumberFormat>();

/** Making a format costs a hundred times what using it does, and rooms show coins all the time. */
function coinFormatOf(locale: string): Intl.NumberFormat {
  const known = coinFormats.get(locale);
  if (known) return known;
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  coinFormats.set(locale, format);
  return format;
}

/** A count that only needs its size: `12345` → `12K` or `1.2万`. */
export function formatCompact(count: number, locale: string): string {
  return new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 }).format(count);
}

/** Fen as yuan, by whole-number arithmetic only: `123456` → `¥1,234.56`. */
export function formatFen(fen: number, locale: string): string {
  const absolute = Math.abs(fen);
  const cents = absolute % 100;
  const yuan = (absolute - cents) / 100;
  const sign = fen < 0 ? "−" : "";
  return `${sign}¥${new Intl.NumberFormat(locale).format(yuan)}.${String(cents).padStart(2, "0")}`;
}

/** Basis points as a percentage without rounding: `5250` → `52.5%`. */
export function formatBps(bps: number): string {
  const hundredths = bps % 100;
  const whole = (bps - hundredths) / 100;
  if (hundredths === 0) return `${whole}%`;
  return `${whole}.${String(hundredths).padStart(2, "0").replace(/0$/, "")}%`;
}

/** How long a stream has run: `01:02:03`. */
export function formatDuration(totalMs: number): string {
  const seconds = Math.max(0, Math.floor(totalMs / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** The first character a person would recognise a name by. */
export function initialOf(name: string): string {
  return (Array.from(name.trim())[0] ?? "·").toUpperCase();
}

/** Whether a restriction has no end; its time then lies as far ahead as times go. */
export function isForGood(until: string): boolean {
  return until.startsWith("9999-");
}
