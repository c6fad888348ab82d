export interface Choices<T extends string> {
  all: readonly T[];
  /** The one of this name, as an address or a field has it; undefined for any other word. */
  find: (name: string | null) => T | undefined;
}

/** All values of a contract's type, complete by the type itself: a schema would bring its library into the page. */
export function choicesOf<T extends string>(names: Record<T, true>): Choices<T> {
  const all = Object.keys(names) as T[];
  return { all, find: (name) => all.find((one) => one === name) };
}
