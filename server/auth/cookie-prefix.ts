/** What the names of our cookies begin with. */
export const COOKIE_PREFIX = "downpour";
