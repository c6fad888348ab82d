import { z } from "zod";
import { PK_COUNTS, PK_END_REASONS, PK_OUTCOMES, PK_SIDE_STATES, PK_STATES } from "../rules/pk-states";
import { GiftId, IsoTime, OperatorReason, Uuid } from "./ids";
import { optionalLine } from "./texts";

export const PK_SIDES_MAX = 4;
export const PK_SECONDS = { min: 30, max: 3_600, usual: 300 } as const;
/** Of each side, this many helpers are shown. */
export const PK_HELPERS_SHOWN = 3;

const PkState = z.enum(PK_STATES);
const PkCounts = z.enum(PK_COUNTS);

const PkHelper = z.object({
  /** Null gives without a name. */
  userId: z.string().nullable(),
  nickname: z.string(),
  points: z.number().int(),
});
const PkSide = z.object({
  anchorId: z.string(),
  nickname: z.string(),
  roomId: z.string(),
  state: z.enum(PK_SIDE_STATES),
  points: z.number().int(),
  helpers: z.array(PkHelper),
});

/** A battle as every room of it shows it. Of two, the one with the higher `pkSeq` counts, whichever came first. */
export const PkBattleBody = z.object({
  pkId: z.string(),
  pkSeq: z.number().int(),
  state: PkState,
  counts: PkCounts,
  giftId: z.string().nullable(),
  durationSeconds: z.number().int(),
  sides: z.array(PkSide),
  inviterId: z.string(),
  /** When gifts begin and end to count; known from the countdown on. */
  startsAt: IsoTime.nullable(),
  endsAt: IsoTime.nullable(),
  /** When the state is over by the clock; null once it is closed. */
  dueAt: IsoTime.nullable(),
  /** Known from `settled` on. */
  outcome: z.enum(PK_OUTCOMES).nullable(),
  winnerId: z.string().nullable(),
  /** Under this nobody wins. */
  minimumPoints: z.number().int(),
  endReason: z.enum(PK_END_REASONS).nullable(),
  /** Gifts were still on their way when the result could wait no longer. */
  isCutShort: z.boolean(),
});
export type PkBattle = z.infer<typeof PkBattleBody>;
export type PkSideShown = PkBattle["sides"][number];

/** On the channel of each anchor of it: a battle moved on. */
export const PkChangedEvent = z.object({ pkId: z.string(), pkSeq: z.number().int(), state: PkState });
export const PkInvitedEvent = z.object({
  pkId: z.string(),
  inviterId: z.string(),
  nickname: z.string(),
  expiresAt: IsoTime,
});

export const PkIdInput = z.object({ pkId: Uuid });
export type PkIdInput = z.infer<typeof PkIdInput>;
export const PkInviteInput = z
  .object({
    pkId: Uuid,
    anchorIds: z
      .array(Uuid)
      .min(1)
      .max(PK_SIDES_MAX - 1),
    durationSeconds: z.number().int().min(PK_SECONDS.min).max(PK_SECONDS.max).default(PK_SECONDS.usual),
    counts: PkCounts.default("all"),
    /** Which gift counts, where only one does. */
    giftId: GiftId.optional(),
  })
  .refine((input) => new Set(input.anchorIds).size === input.anchorIds.length, { path: ["anchorIds"] })
  .refine((input) => (input.counts === "gift") === (input.giftId !== undefined), { path: ["giftId"] });
export type PkInviteInput = z.infer<typeof PkInviteInput>;
export const PkStopInput = z.object({ pkId: Uuid, reason: OperatorReason });
export type PkStopInput = z.infer<typeof PkStopInput>;
export const PkCandidatesInput = z.object({ name: optionalLine(50).default("") });
export type PkCandidatesInput = z.infer<typeof PkCandidatesInput>;

/** Live anchors who may be invited, and whether they can take part now. */
export interface PkCandidate {
  anchorId: string;
  nickname: string;
  roomId: string;
  title: string;
  isBusy: boolean;
}
/** What an anchor has to do with battles now. */
export interface MyPk {
  /** One that they are in: invited others to, accepted, or that runs. */
  current: PkBattle | null;
  invitations: PkBattle[];
  history: PkBattle[];
}

export const PkPolicy = z.object({
  /** Where no side has so many points, nobody wins. */
  minimumPoints: z.number().int().min(0).max(1_000_000_000),
  /** Who declined is not asked again by the same anchor for this long. */
  cooldownSeconds: z.number().int().min(0).max(86_400),
});
export type PkPolicy = z.infer<typeof PkPolicy>;
