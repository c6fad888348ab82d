/**
 * One line of CSV (RFC 4180) with its line break. A text that a spreadsheet would take for a formula is written so that it
 * is a text there too (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export function formatCsvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(formatCell).join(",")}\r\n`;
}

function formatCell(cell: string | number | null): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Fen as yuan with two decimals, for columns that a spreadsheet adds up. */
export function fenToYuanText(fen: number): string {
  const absolute = Math.abs(fen);
  const cents = absolute % 100;
  return `${fen < 0 ? "-" : ""}${(absolute - cents) / 100}.${String(cents).padStart(2, "0")}`;
}
