import { z } from "zod";
import { listAccountRestrictions } from "@/db/live/queries/account-restrictions";
import { listActionsOnAny } from "@/db/live/queries/operator-actions";
import { findPersonDetail, type PersonListRow, searchPeopleRows } from "@/db/live/queries/people";
import { findRoomOfAnchorForOperators } from "@/db/live/queries/search-rooms";
import { findWallet } from "@/db/live/queries/wallets";
import { BizError } from "@/domain/contracts/errors";
import { Role, Uuid } from "@/domain/contracts/ids";
import type { PeopleSearchInput, PersonDetail, PersonItem } from "@/domain/contracts/people";
import { maskNumber } from "@/domain/rules/mask";
import { canonicalPhone } from "@/domain/rules/phone-number";
import { phoneSealOf } from "@/platform/security/phone-seal";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";
import { toRestriction } from "./show-restriction";

const Cursor = z.object({ name: z.string().max(200).nullable(), userId: Uuid });
const HISTORY_MAX = 100;
const ACTIONS_MAX = 50;

/**
 * People by id, by their whole phone number, or by the beginning of their nickname; without a text the newest first. Phone
 * numbers are masked: nobody can list them. Throws INVALID_INPUT on `cursor`.
 */
export async function searchPeople(
  ctx: SignedInCtx,
  input: PeopleSearchInput,
): Promise<{ items: PersonItem[]; nextCursor: string | null }> {
  const { role, limit } = input;
  const text = input.text || undefined;
  const position = decodeCursor(Cursor, input.cursor);
  const id = Uuid.safeParse(text);
  const phone = text === undefined ? null : canonicalPhone(text);
  const rows = await searchPeopleRows(ctx.live, {
    userId: id.success ? id.data : undefined,
    phoneIndex: phone === null ? undefined : phoneSealOf(ctx.env).index(phone),
    nameStart: text,
    role,
    after: position ?? undefined,
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => toItem(ctx, row)),
    nextCursor:
      last && rows.length > limit
        ? encodeCursor({ name: text === undefined ? null : last.nameKey, userId: last.userId })
        : null,
  };
}

/** One person with what was ever restricted and done. Throws NOT_FOUND. */
export async function getPersonDetail(
  ctx: SignedInCtx,
  { userId }: { userId: string },
): Promise<PersonDetail> {
  const [row, room, wallet, restrictions] = await Promise.all([
    findPersonDetail(ctx.live, userId),
    findRoomOfAnchorForOperators(ctx.live, userId),
    findWallet(ctx.live, userId),
    listAccountRestrictions(ctx.live, userId, HISTORY_MAX),
  ]);
  if (!row) throw new BizError("NOT_FOUND", { field: "userId" });
  const subjects = [`user:${userId}`, `wallet:${userId}`, ...(room ? [`room:${room.roomId}`] : [])];
  const actions = await listActionsOnAny(ctx.live, subjects, ACTIONS_MAX);
  return {
    ...toItem(ctx, row),
    room,
    wallet: wallet && { balanceCoins: wallet.balanceCoins, frozen: wallet.frozen },
    history: restrictions.map(toRestriction),
    actions: actions.map(({ at, ...action }) => ({ ...action, at: at.toISOString() })),
  };
}

function toItem(ctx: SignedInCtx, row: PersonListRow): PersonItem {
  const { userId, nickname, avatarUrl, role, createdAt, restrictions } = row;
  return {
    userId,
    nickname,
    avatarUrl,
    role: Role.catch("viewer").parse(role),
    phoneMasked: maskPhone(ctx, row),
    createdAt: createdAt.toISOString(),
    restrictions,
  };
}

/** One whose key is gone cannot be shown, and nothing else fails for it. */
function maskPhone(ctx: SignedInCtx, { userId, phoneCipher }: PersonListRow): string | null {
  if (phoneCipher === null) return null;
  try {
    return maskNumber(phoneSealOf(ctx.env).open(userId, phoneCipher));
  } catch {
    return maskNumber("");
  }
}
