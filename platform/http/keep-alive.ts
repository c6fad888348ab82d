/** How long a connection stays open between requests. The site says it too, because its headers reach the caller. */
export const KEEP_ALIVE_MS = 65_000;
