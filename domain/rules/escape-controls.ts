/**
 * What moves a terminal's cursor, changes its colours, starts a line or turns the order of what is read around: control
 * characters, line and paragraph separators, marks of direction.
 */
const CONTROLS = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Text as it may be shown in a line of a terminal; what would act is shown as JSON writes it. */
export const escapeControls = (text: string): string => text.replace(CONTROLS, escaped);

/** The same of several lines, which stay several. */
export const escapeControlsOfLines = (text: string): string =>
  text.replace(CONTROLS, (character) => (character === "\n" ? character : escaped(character)));
