/** What may be shown of an account number, a card or a phone: its last four places, and of a short one nothing. */
export function maskNumber(text: string): string {
  const characters = Array.from(text.replaceAll(/\s/g, ""));
  const at = characters.indexOf("@");
  if (at >= 0) return `${characters[0] === "@" ? "" : characters[0]}***${characters.slice(at).join("")}`;
  return characters.length < 8 ? "****" : `****${characters.slice(-4).join("")}`;
}

/** What may be shown of a network address: enough to tell home from elsewhere, and no single device. */
export function maskAddress(text: string): string {
  const parts = text.split(".");
  if (parts.length === 4) return `${parts.slice(0, 2).join(".")}.*.*`;
  const groups = text.split(":").filter((group) => group !== "");
  return text.includes(":") ? `${groups.slice(0, 2).join(":")}:*` : "*";
}

/** What may be shown of a person's name: its first character. */
export function maskName(text: string): string {
  return `${Array.from(text.trim())[0] ?? ""}**`;
}
