import { z } from "zod";
import {
  listProfiles,
  type ProfileRow,
  readCutoffs,
  readViewerProfile,
} from "@/db/finance/queries/viewer-profiles";
import { listPeople } from "@/db/live/queries/users";
import { readPolicy } from "@/db/policies";
import type {
  Profiles,
  ProfilesInput,
  ProfileWindow,
  ViewerProfile,
  ViewerProfileInput,
} from "@/domain/contracts/analytics";
import { BizError } from "@/domain/contracts/errors";
import { StoredUuid } from "@/domain/contracts/ids";
import type { SignedInCtx } from "../context";
import { decodeCursor, encodeCursor } from "../cursor";

const PAGE_ROWS = 50;
const CHANGES_SHOWN = 50;
const Place = z.object({ coins: z.number().int().nonnegative(), viewerId: StoredUuid });

/** Payers of a window by what they gave, the most first, as the last run ranked them. Throws INVALID_INPUT. */
export async function getProfiles(ctx: SignedInCtx, input: ProfilesInput): Promise<Profiles> {
  const { finance, live } = ctx;
  const window = input?.window ?? "all";
  const limit = input?.limit ?? PAGE_ROWS;
  const after = decodeCursor(Place, input?.cursor);
  const [cutoffs, policy] = await Promise.all([
    readCutoffs(finance, window),
    readPolicy(finance.sql, "analytics-tiers"),
  ]);
  const tier = input?.tier ?? null;
  const rows = await listProfiles(finance, { window, tier, cutoffs, after, limit: limit + 1 });
  const shown = rows.slice(0, limit);
  const people = await listPeople(
    live,
    shown.map((row) => row.viewer_id),
  );
  const names = new Map(people.map(({ userId, nickname }) => [userId, nickname]));
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    window,
    tiers: cutoffs?.tiers ?? [],
    policy,
    items: shown.map((row) => ({
      userId: row.viewer_id,
      nickname: names.get(row.viewer_id) ?? null,
      ...toRank(row),
    })),
    nextCursor: last ? encodeCursor({ coins: Number(last.coins), viewerId: last.viewer_id }) : null,
  };
}

/** One viewer's places, for operators and for the viewer. Throws NOT_FOUND for anybody else. */
export async function getViewerProfile(
  ctx: SignedInCtx,
  { userId }: ViewerProfileInput,
): Promise<ViewerProfile> {
  const { session, finance } = ctx;
  if (session.role !== "operator" && session.userId !== userId) throw new BizError("NOT_FOUND");
  const { profiles, changes } = await readViewerProfile(finance, userId, CHANGES_SHOWN);
  const of = (window: ProfileWindow) => {
    const row = profiles.find((profile) => profile.span === window);
    return row ? toRank(row) : null;
  };
  const windows = { all: of("all"), "30d": of("30d") };
  return {
    userId,
    windows,
    tier: windows.all?.tier ?? "none",
    changes: changes.map(({ span, from_tier, to_tier, coins, created_at }) => ({
      window: span,
      fromTier: from_tier,
      toTier: to_tier,
      coins: Number(coins),
      at: created_at.toISOString(),
    })),
  };
}

const toRank = ({ gifts, coins, percentile, tier, computed_at }: ProfileRow) => ({
  gifts: Number(gifts),
  coins: Number(coins),
  percentile,
  tier,
  computedAt: computed_at.toISOString(),
});
