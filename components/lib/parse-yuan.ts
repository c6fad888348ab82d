const YUAN = /^(\d{1,9})(?:\.(\d{1,2}))?$/;

/** Yuan as a person writes them to whole fen, by digits only: `1,234.5` → `123450`; null when it is no such amount. */
export function parseYuan(text: string): number | null {
  const match = YUAN.exec(text.replaceAll(/[\s,，¥￥]/g, ""));
  if (!match) return null;
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}

/** Whole fen as a person would write them into a field: `123450` → `1234.50`. */
export function formatYuan(fen: number): string {
  const cents = fen % 100;
  return `${(fen - cents) / 100}.${String(cents).padStart(2, "0")}`;
}
