import { z } from "zod";
import { ROOM_TAGS_MAX } from "../rules/tags";
import type { CategoryName } from "./category";
import { IsoTime, OperatorReason, Role, Uuid } from "./ids";
import { TagLabel } from "./tag";
import { optionalLine, PageCursor, readableLine } from "./texts";

/** What is stopped: see `domain/rules/stops.ts` for what each kind stops besides. */
export const AccountRestrictionKind = z.enum(["signIn", "spending", "room", "payouts", "rains"]);
export type AccountRestrictionKind = z.infer<typeof AccountRestrictionKind>;
export type AccountRestrictionSource = "account" | "room" | "wallet" | "role";

export const PEOPLE_TEXT_LENGTH_MAX = 60;
export const PeopleSearchInput = z.object({
  /** A user's id, a whole phone number with its country code, or the beginning of a nickname. */
  text: optionalLine(PEOPLE_TEXT_LENGTH_MAX).optional(),
  role: Role.optional(),
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(100).default(20),
});
export type PeopleSearchInput = z.infer<typeof PeopleSearchInput>;

export const PersonIdInput = z.object({ userId: Uuid });

/** Guests have no role that could be given, so nobody is made one. */
export const GivenRole = z.enum(["viewer", "anchor", "operator"]);
export type GivenRole = z.infer<typeof GivenRole>;
export const SetRoleInput = z.object({ userId: Uuid, role: GivenRole, reason: OperatorReason });
export type SetRoleInput = z.infer<typeof SetRoleInput>;

export const BanPersonInput = z.object({
  userId: Uuid,
  reason: OperatorReason,
  /** Without it, until somebody lifts it. */
  until: IsoTime.optional(),
});
export type BanPersonInput = z.infer<typeof BanPersonInput>;
export const UnbanPersonInput = z.object({ userId: Uuid, reason: OperatorReason });
export type UnbanPersonInput = z.infer<typeof UnbanPersonInput>;

export const RestrictAccountInput = BanPersonInput.extend({
  kind: AccountRestrictionKind,
  /** Made by the client, once per intent: repeating it restricts once. */
  restrictionId: Uuid.optional(),
});
export type RestrictAccountInput = z.infer<typeof RestrictAccountInput>;
export const LiftRestrictionInput = z.object({ restrictionId: Uuid, reason: OperatorReason });
export type LiftRestrictionInput = z.infer<typeof LiftRestrictionInput>;

export const BanRoomInput = z.object({ roomId: Uuid, reason: OperatorReason, until: IsoTime.optional() });
export type BanRoomInput = z.infer<typeof BanRoomInput>;
export const UnbanRoomInput = z.object({ roomId: Uuid, reason: OperatorReason });
export type UnbanRoomInput = z.infer<typeof UnbanRoomInput>;

/** What an operator changes of a room; what is left out stays. */
export const EditRoomInput = z.object({
  roomId: Uuid,
  title: readableLine(60).optional(),
  category: readableLine(30).optional(),
  /** All of them, in their order. */
  tags: z.array(TagLabel).max(ROOM_TAGS_MAX).optional(),
  removeCover: z.boolean().optional(),
  reason: OperatorReason,
});
export type EditRoomInput = z.infer<typeof EditRoomInput>;

export const RoomSearchInput = z.object({
  /** An id of a room or its anchor, or the beginning of the anchor's nickname. */
  text: optionalLine(PEOPLE_TEXT_LENGTH_MAX).optional(),
  state: z.enum(["live", "banned"]).optional(),
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(100).default(20),
});
export type RoomSearchInput = z.infer<typeof RoomSearchInput>;

/** Somebody as operators see them in a list; never a whole phone number. */
export interface PersonItem {
  userId: string;
  nickname: string;
  avatarUrl: string | null;
  role: Role;
  /** Its last four places. */
  phoneMasked: string | null;
  createdAt: string;
  /** Kinds that stand now. */
  restrictions: AccountRestrictionKind[];
}

export interface AccountRestriction {
  restrictionId: string;
  kind: AccountRestrictionKind;
  source: AccountRestrictionSource;
  reason: string;
  until: string | null;
  createdAt: string;
  createdBy: { userId: string; nickname: string | null };
  liftedAt: string | null;
  liftedBy: { userId: string; nickname: string | null } | null;
  liftReason: string | null;
  /** Whether it holds now. */
  stands: boolean;
  /** False while a part of it, such as the payout hold, is still on its way. */
  isDone: boolean;
}

export interface PersonAction {
  action: string;
  subject: string;
  actorId: string;
  actorName: string | null;
  reason: string | null;
  traceId: string;
  at: string;
}

export interface PersonDetail extends PersonItem {
  room: { roomId: string; title: string; isLive: boolean; banned: boolean } | null;
  wallet: { balanceCoins: number; frozen: boolean } | null;
  /** Newest first, those of long ago too. */
  history: AccountRestriction[];
  /** What operators did to the person, the wallet and the room, newest first. */
  actions: PersonAction[];
}

export interface RestrictionAnswer {
  userId: string;
  restrictionId: string;
  /** False while a part of it is still on its way; a job finishes it. */
  isDone: boolean;
}

export interface RoomItem {
  roomId: string;
  title: string;
  category: string;
  categoryName: CategoryName | null;
  tags: string[];
  coverUrl: string | null;
  anchor: { userId: string; nickname: string };
  isLive: boolean;
  startedAt: string | null;
  viewerCount: number;
  banned: boolean;
  /** Why it is banned, and until when; null is until somebody lifts it. */
  ban: { reason: string; until: string | null } | null;
}

/** Why the caller's own room is closed or payouts are held. */
export interface MyStop {
  kind: AccountRestrictionKind;
  reason: string;
  until: string | null;
}
