import { z } from "zod";
import { BIRTH_YEAR_MIN, GENDERS, NICKNAME_LENGTH_MAX } from "../rules/person-facts";
import { OWN_TAGS_MAX } from "../rules/tags";
import { TagLabel } from "./tag";
import { readableLine } from "./texts";

export const Gender = z.enum(GENDERS);
export type Gender = z.infer<typeof Gender>;

/** A country, or a part of one, as ISO 3166 writes them: `SG`, `CN-GD`. */
export const Region = z.string().regex(/^[A-Z]{2}(-[A-Z\d]{1,3})?$/, "must be a region as CN-GD or SG");

/** What is left out stays as it is; null takes an answer back. */
export const UpdateProfileInput = z.object({
  nickname: readableLine(NICKNAME_LENGTH_MAX).optional(),
  /** What stands in the gift panel's switch before the person touches it. */
  givesAnonymously: z.boolean().optional(),
  /** The lobby as everybody has it, instead of an order of one's own. */
  plainLobby: z.boolean().optional(),
  gender: Gender.optional(),
  birthYear: z.number().int().min(BIRTH_YEAR_MIN).max(2100).nullable().optional(),
  region: Region.nullable().optional(),
  /** All of them, in their order. */
  tags: z.array(TagLabel).max(OWN_TAGS_MAX).optional(),
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
  /** Whether gifts are sent without the name unless the person says otherwise. */
  givesAnonymously: boolean;
  /** Whether they want the lobby as everybody has it. */
  plainLobby: boolean;
  /** What they like, as labels. */
  tags: string[];
}
