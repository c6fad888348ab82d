/** The raw value of a cookie; the header is scanned, not parsed. */
export function findCookie(header: string, name: string): string | undefined {
  let from = 0;
  while (true) {
    const at = header.indexOf(name, from);
    if (at === -1) return undefined;
    const valueAt = at + name.length;
    const startsHere = at === 0 || header[at - 1] === " " || header[at - 1] === ";";
    if (startsHere && header[valueAt] === "=") {
      const end = header.indexOf(";", valueAt);
      return header.slice(valueAt + 1, end === -1 ? undefined : end);
    }
    from = valueAt;
  }
}
