/** How lists of the studio's pages begin: asked for by them, and by the server for the page that it sends. */
export const LINES_INPUT = { limit: 50 };
export const WITHDRAWALS_INPUT = { limit: 10 };
