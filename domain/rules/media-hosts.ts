/** No address of a stream is longer. */
export const STREAM_URL_LENGTH_MAX = 500;

/** A host as a policy names it: `cdn.example.com`, `*.example.com` for all below it, either with a port. */
export const MEDIA_HOST = /^(?:\*\.)?(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z\d-]{2,63}(?::\d{1,5})?$/;

/** Hosts besides our own that streams, pictures and effects may come from; null is any that speaks https. */
export type MediaHosts = readonly string[] | null;

/** The sources in the language of a Content-Security-Policy; `'self'` goes without saying. */
export function mediaSources(hosts: MediaHosts): string[] {
  return hosts === null ? ["https:"] : hosts.map((host) => `https://${host}`);
}

/** Whether a browser with that policy would load this address: so that nobody enters one that would not be. */
export function isMediaUrlAllowed(url: string, hosts: MediaHosts): boolean {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== "https:" || parsed.username !== "" || parsed.password !== "") return false;
  if (hosts === null) return true;
  return hosts.some((pattern) => {
    const [name = "", port = ""] = pattern.split(":", 2);
    if ((parsed.port || "443") !== (port || "443")) return false;
    return name.startsWith("*.") ? parsed.hostname.endsWith(name.slice(1)) : parsed.hostname === name;
  });
}
