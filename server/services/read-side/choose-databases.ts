import type { FinanceDb, LiveDb } from "@/db/client";
import { findWallet } from "@/db/live/queries/wallets";
import { hasReached, readWalPosition } from "@/db/replication";
import { writeMarkKey } from "@/platform/redis/web-keys";
import { findCachedWallet } from "../../queue/gift-intake";
import type { Ctx, SignedInCtx } from "../context";
import type { Reader } from "./readers";

/** A replica that lags by more than this shows a user what they did before; so does nothing that is worth keeping. */
const MARK_SECONDS = 600;

/** Where a read may go. */
export interface ReadDatabases {
  live: LiveDb;
  finance: FinanceDb;
}

/**
 * The databases that lists and histories of this caller may be read from: the replicas, as long as they show everything
 * that the caller did, otherwise the primaries. What the caller did is known by two marks:
 *
 * - each mutation leaves the place in the log of both databases behind it (`rememberWrites`);
 * - what happens to a wallet by itself, above all debits of gifts, raises its version, and the cache of the wallet knows
 *   the newest: a replica must have that version.
 *
 * Without Redis nothing is known of the caller, and the primaries answer. So they do when a replica does not.
 */
export async function chooseDatabases(ctx: Ctx): Promise<ReadDatabases> {
  const { readers, session } = ctx;
  if (!readers) return ctx;
  const userId = session?.userId;
  try {
    const [liveMark, financeMark, cached] = userId
      ? await Promise.all([
          ctx.redis.get(writeMarkKey(userId, "live")),
          ctx.redis.get(writeMarkKey(userId, "finance")),
          findCachedWallet(ctx.redis, userId),
        ])
      : [null, null, undefined];
    const showsWallet = async (db: LiveDb) =>
      !userId || !cached || ((await findWallet(db, userId))?.version ?? -1) >= cached.version;
    const [live, finance] = await Promise.all([
      choose(
        readers.live,
        ctx.live,
        async (db) => (await hasReached(db, liveMark)) && (await showsWallet(db)),
      ),
      choose(readers.finance, ctx.finance, (db) => hasReached(db, financeMark)),
    ]);
    return { live, finance };
  } catch {
    return ctx;
  }
}

async function choose<D>(
  reader: Reader<D> | null,
  primary: D,
  isCurrent: (db: D) => Promise<boolean>,
): Promise<D> {
  if (!reader) return primary;
  const { db } = reader;
  const current = await reader.guard.execute(() => isCurrent(db)).catch(() => false);
  return current ? db : primary;
}

/** Leaves marks of what the caller has just done, for `chooseDatabases`. A failure is logged: the deed itself is done. */
export async function rememberWrites(ctx: SignedInCtx): Promise<void> {
  const { userId } = ctx.session;
  const remember = async (name: "live" | "finance") => {
    const position = await readWalPosition(ctx[name]);
    await ctx.redis.set(writeMarkKey(userId, name), position, "EX", MARK_SECONDS);
  };
  const replicated = (["live", "finance"] as const).filter((name) => ctx.readers?.[name]);
  await Promise.all(replicated.map(remember)).catch((error: unknown) => {
    ctx.log.warn({ reason: String(error), traceId: ctx.traceId }, "what was done could not be marked");
  });
}
