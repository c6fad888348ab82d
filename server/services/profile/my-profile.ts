import { changeOwnAccount, type OwnAccount, wantsPlainLobby } from "@/db/live/queries/own-account";
import { addPersonFacts, readPersonFacts } from "@/db/live/queries/person-facts";
import { listPersonTags, replacePersonTags, resolveTags, type TagRow } from "@/db/live/queries/tags";
import { BizError } from "@/domain/contracts/errors";
import type { MyProfile, PersonFacts, UpdateProfileInput } from "@/domain/contracts/person-facts";
import { distinctTags } from "@/domain/rules/tags";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import { sendSessionNotice } from "../../auth/session-notices";
import type { SignedInCtx } from "../context";
import { consumeRateLimit } from "../rate-limit";
import { dropTaste } from "../room/read-taste";

/** What somebody says of themselves is kept for ever: it is not for playing with. */
const CHANGES = "10/60,60/86400";
/** Whoever is known by a name is known by it for a while. */
const NICKNAMES = "3/600,5/86400";

export async function getMyProfile(ctx: SignedInCtx): Promise<MyProfile> {
  const { userId } = ctx.session;
  const [facts, tags, plainLobby] = await Promise.all([
    readPersonFacts(ctx.live, userId),
    listPersonTags(ctx.live, userId),
    wantsPlainLobby(ctx.live, userId),
  ]);
  return { ...describe(ctx, facts, tags), plainLobby };
}

/**
 * Changes how the caller is called and what they say about themselves, from now on. Everywhere a name is looked up the new
 * one shows; what was said or given under the old one, or without one, stays so.
 * Throws INVALID_INPUT for a year of birth that is still to come, NOT_FOUND (gone meanwhile), RATE_LIMITED.
 */
export async function updateMyProfile(ctx: SignedInCtx, input: UpdateProfileInput): Promise<MyProfile> {
  const { gender, birthYear, region } = input;
  if (birthYear && birthYear > new Date(sharedNowMs()).getUTCFullYear()) {
    throw new BizError("INVALID_INPUT", { field: "birthYear" });
  }
  const { userId } = ctx.session;
  await consumeRateLimit(ctx.redis, "me.profile", userId, CHANGES);
  const account = await changeAccount(ctx, input);
  const change: Partial<PersonFacts> = {
    ...(gender !== undefined && { gender }),
    ...(birthYear !== undefined && { birthYear }),
    ...(region !== undefined && { region }),
  };
  const facts = await addPersonFacts(ctx.live, userId, change);
  const tags = await changeTags(ctx, input);
  const plainLobby = account.plainLobby ?? (await wantsPlainLobby(ctx.live, userId));
  dropTaste(ctx, userId);
  return { ...describe(ctx, facts, tags), ...account, plainLobby };
}

async function changeTags({ live, session }: SignedInCtx, input: UpdateProfileInput): Promise<TagRow[]> {
  const { userId } = session;
  if (input.tags === undefined) return await listPersonTags(live, userId);
  const tags = await resolveTags(live, distinctTags(input.tags), userId);
  await replacePersonTags(
    live,
    userId,
    tags.map(({ tagId }) => tagId),
  );
  return tags;
}

async function changeAccount(
  ctx: SignedInCtx,
  { nickname, givesAnonymously, plainLobby }: UpdateProfileInput,
): Promise<Partial<OwnAccount>> {
  const { session } = ctx;
  const isRenamed = nickname !== undefined && nickname !== session.nickname;
  if (!isRenamed && givesAnonymously === undefined && plainLobby === undefined) return {};
  if (isRenamed) await consumeRateLimit(ctx.redis, "me.nickname", session.userId, NICKNAMES);
  const account = await changeOwnAccount(ctx.live, session.userId, {
    nickname,
    givesAnonymously,
    plainLobby,
  });
  if (!account) throw new BizError("NOT_FOUND", { field: "userId" });
  await sendSessionNotice(ctx.redis, ctx.log, { userId: session.userId });
  return account;
}

function describe(
  { session }: SignedInCtx,
  facts: PersonFacts,
  tags: readonly { label: string }[],
): Omit<MyProfile, "plainLobby"> {
  const { userId, nickname, avatarUrl, givesAnonymously = false } = session;
  return { userId, nickname, avatarUrl, givesAnonymously, ...facts, tags: tags.map(({ label }) => label) };
}
