import { searchPeopleRows } from "@/db/live/queries/people";
import { listAnchorsCalled } from "@/db/live/queries/search-rooms";
import type { NamedPeople } from "@/domain/contracts/gift";
import { Uuid } from "@/domain/contracts/ids";
import { canonicalPhone } from "@/domain/rules/phone-number";
import { phoneSealOf } from "@/platform/security/phone-seal";
import type { SignedInCtx } from "../context";

/** More people of one name have to be told apart by whoever searches. */
const PEOPLE_MAX = 8;

/** Viewers by id, whole phone number, or the beginning of their nickname. */
export async function nameViewers(ctx: SignedInCtx, text: string): Promise<NamedPeople> {
  const { userId, phoneIndex } = read(ctx, text);
  const rows = await searchPeopleRows(ctx.live, {
    userId,
    phoneIndex,
    nameStart: text,
    limit: PEOPLE_MAX + 1,
  });
  return bounded(userId, rows);
}

/** Anchors by their own or their room's id, phone number, the beginning of their nickname, or words of the room's title. */
export async function nameAnchors(ctx: SignedInCtx, text: string): Promise<NamedPeople> {
  const { userId, phoneIndex } = read(ctx, text);
  const rows = await listAnchorsCalled(ctx.live, {
    id: userId,
    phoneIndex,
    name: text,
    limit: PEOPLE_MAX + 1,
  });
  return bounded(userId, rows);
}

function read(ctx: SignedInCtx, text: string): { userId?: string; phoneIndex?: string } {
  const id = Uuid.safeParse(text);
  const phone = canonicalPhone(text);
  return {
    userId: id.success ? id.data : undefined,
    phoneIndex: phone === null ? undefined : phoneSealOf(ctx.env).index(phone),
  };
}

/** An id stands for itself: whoever it was may be gone by now. */
function bounded(id: string | undefined, rows: { userId: string; nickname: string }[]): NamedPeople {
  if (id !== undefined && rows.length === 0)
    return { people: [{ userId: id, nickname: null }], isMore: false };
  return {
    people: rows.slice(0, PEOPLE_MAX).map(({ userId, nickname }) => ({ userId, nickname })),
    isMore: rows.length > PEOPLE_MAX,
  };
}
