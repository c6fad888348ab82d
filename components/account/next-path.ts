/** What stands in addresses of ours: browsers drop control characters and read a backslash as a slash. */
const ORDINARY = /^\/[\u0021-\u005b\u005d-\u007e\u00a0-\uffff]*$/;
const BASE = "http://same.invalid";

/**
 * Where to go after signing in: a page of this site, or the lobby. What is followed is the address as it was read, and
 * reading that once more gives the same page: `/.//host` becomes `//host`, which is another site.
 */
export function safeNextPath(next: string | string[] | undefined): string {
  if (typeof next !== "string" || !ORDINARY.test(next)) return "/";
  const path = readPath(next);
  if (path === null || path.startsWith("//") || readPath(path) !== path) return "/";
  return path;
}

function readPath(address: string): string | null {
  if (!URL.canParse(address, BASE)) return null;
  const url = new URL(address, BASE);
  return url.origin === BASE ? `${url.pathname}${url.search}${url.hash}` : null;
}
