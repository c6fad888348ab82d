/** The zone that the reader's times were shown in when they were last here, so that a page can come with them. */
export const TIME_ZONE_COOKIE = "TIME_ZONE";
export const DEFAULT_TIME_ZONE = "UTC";

/** The zone of that name, by the one name that it is known by here; that of nobody where there is none. */
export function readTimeZone(name: string | undefined): string {
  if (!name) return DEFAULT_TIME_ZONE;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return DEFAULT_TIME_ZONE;
  }
}
