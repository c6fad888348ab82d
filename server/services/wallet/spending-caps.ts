import { changeCaps } from "@/db/live/queries/spending-caps";
import { findWallet, type SpendingWallet } from "@/db/live/queries/wallets";
import { readPolicy, writePolicy } from "@/db/policies";
import { inTransaction } from "@/db/transaction";
import { BizError } from "@/domain/contracts/errors";
import type { SpendingCaps } from "@/domain/contracts/policies";
import type { CapsView, SetCapsOfInput, SetCapsPolicyInput } from "@/domain/contracts/wallet-admin";
import { capsAt, type PlannedCaps, spendingDay, spentOn } from "@/domain/rules/spending";
import { sharedNow, sharedNowMs } from "@/platform/runtime/shared-clock";
import { cacheWallet } from "@/server/queue/gift-intake";
import { actingOperator } from "../approval/acting-operator";
import type { Resources, SignedInCtx } from "../context";
import { dropCachedPolicy } from "../policy/cached-policy";
import { getWalletFacts } from "./get-wallet-balance";

/** A viewer who loosens their own cap has a day to think better of it. */
const LOOSER_AFTER_MS = 24 * 3_600_000;

/** The caller's caps, and what counts against them today and this month. */
export async function getCaps(ctx: SignedInCtx): Promise<CapsView> {
  return await viewCaps(ctx, await getWalletFacts(ctx, ctx.session.userId));
}

/** The same of a wallet that was read. */
export async function viewCaps({ live }: Pick<Resources, "live">, wallet: SpendingWallet): Promise<CapsView> {
  const nowMs = sharedNowMs();
  const spent = spentOn(wallet.spent, spendingDay(nowMs));
  return {
    platform: await readPolicy(live.sql, "spending-caps"),
    ...toView(wallet.ownCaps, nowMs),
    spentDayCoins: spent.dayCoins,
    spentMonthCoins: spent.monthCoins,
  };
}

function toView(planned: PlannedCaps, nowMs: number): Pick<CapsView, "own" | "next"> {
  const isPlanned = planned.next !== null && planned.next.atMs > nowMs;
  if (!planned.next || !isPlanned) return { own: capsAt(planned, nowMs), next: null };
  const { atMs, ...later } = planned.next;
  return { own: capsAt(planned, nowMs), next: { ...later, at: new Date(atMs).toISOString() } };
}

/** Sets the caller's own caps: tighter ones hold at once, looser ones from tomorrow on. */
export async function setOwnCaps(ctx: SignedInCtx, wanted: SpendingCaps): Promise<CapsView> {
  const now = sharedNow();
  const { userId } = ctx.session;
  await getWalletFacts(ctx, userId);
  await changeCaps(ctx.live, {
    userId,
    wanted,
    now,
    looserAt: new Date(now.getTime() + LOOSER_AFTER_MS),
    actorId: userId,
    reason: null,
    traceId: ctx.traceId,
  });
  return await refresh(ctx, userId);
}

/** Sets a viewer's own caps at once, for an operator. Throws NOT_FOUND where there is no wallet. */
export async function setCapsOf(ctx: SignedInCtx, input: SetCapsOfInput): Promise<CapsView> {
  const { userId, reason, ...wanted } = input;
  const planned = await changeCaps(ctx.live, {
    userId,
    wanted,
    now: sharedNow(),
    looserAt: null,
    actorId: ctx.session.userId,
    reason,
    traceId: ctx.traceId,
  });
  if (!planned) throw new BizError("NOT_FOUND", { field: "userId" });
  return await refresh(ctx, userId);
}

/** Where Redis is away the cache keeps the former caps until the wallet is read again: a gift cannot be sent meanwhile. */
async function refresh(ctx: SignedInCtx, userId: string): Promise<CapsView> {
  const wallet = await findWallet(ctx.live, userId);
  if (!wallet) throw new BizError("NOT_FOUND", { field: "userId" });
  await cacheWallet(ctx.redis, userId, wallet);
  return await viewCaps(ctx, wallet);
}

/** The platform's caps, which hold for everybody. */
export function getCapsPolicy(ctx: SignedInCtx): Promise<SpendingCaps> {
  return readPolicy(ctx.live.sql, "spending-caps");
}

/** Changes the platform's caps; every process knows within seconds. */
export async function setCapsPolicy(ctx: SignedInCtx, input: SetCapsPolicyInput): Promise<SpendingCaps> {
  const { reason, ...caps } = input;
  const by = actingOperator(ctx, reason);
  await inTransaction(ctx.live.sql, (tx) => writePolicy(tx, "spending-caps", caps, by));
  dropCachedPolicy(ctx, "spending-caps");
  return caps;
}
