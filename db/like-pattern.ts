/** What people type, as a part of a LIKE pattern: `%`, `_` and the backslash are letters in it, not wildcards. */
export const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, "\\$&");
