import { z } from "zod";
import { BIRTH_YEAR_MIN, GENDERS } from "../rules/person-facts";

export const Gender = z.enum(GENDERS);
export type Gender = z.infer<typeof Gender>;

/** A country, or a part of one, as ISO 3166 writes them: `SG`, `CN-GD`. */
export const Region = z.string().regex(/^[A-Z]{2}(-[A-Z\d]{1,3})?$/, "must be a region as CN-GD or SG");

/** What is left out stays as it is; null takes an answer back. */
export const UpdateProfileInput = z.object({
  gender: Gender.optional(),
  birthYear: z.number().int().min(BIRTH_YEAR_MIN).max(2100).nullable().optional(),
  region: Region.nullable().optional(),
});
export type UpdateProfileInput = z.infer<typeof UpdateProfileInput>;

/** What somebody says about themselves; what they have not said is null, or `unsaid`. */
export interface PersonFacts {
  gender: Gender;
  birthYear: number | null;
  region: string | null;
}

export interface MyProfile extends PersonFacts {
  userId: string;
  nickname: string;
  avatarUrl: string | null;
}
