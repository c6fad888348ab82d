/** `unsaid` is an answer as good as the others: nobody is made to say more. */
export const GENDERS = ["female", "male", "other", "unsaid"] as const;
export type Gender = (typeof GENDERS)[number];

/** Nobody is older; what lies in the future is refused besides. */
export const BIRTH_YEAR_MIN = 1900;

/** Characters as a person counts them; what a room has place for. */
export const NICKNAME_LENGTH_MAX = 20;
