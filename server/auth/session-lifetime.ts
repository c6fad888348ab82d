/** How long a session lasts without its owner, and how old it gets before it is made to last that long again. */
export const SESSION_SECONDS = 7 * 86_400;
export const SESSION_RENEWED_AFTER_SECONDS = 86_400;
