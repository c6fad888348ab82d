/** In the order in which they are shown. The contract's module brings its validator with it. */
export const WORD_LISTS = ["refuse", "author", "hold", "allow"] as const;
