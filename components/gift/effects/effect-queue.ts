import { type EffectLevel, type EffectShare, type GiftEffect, withoutShare } from "./gift-effect";

/** `full` fills the player with a scene; `banner` is a picture flying in. */
export type EffectTier = "full" | "banner";

export interface EffectQueueOptions {
  /** An effect worth at least this many coins is played full-screen. */
  fullFromCoins: number;
  /** How many effects may wait in each tier. */
  fullMax: number;
  bannerMax: number;
  /** An effect that arrives later than this after it was sent is a replay: it gets its feed line and no visual. */
  staleAfterMs: number;
  /** An effect that has waited longer than this, say in a hidden tab, is no longer worth a visual. */
  waitMaxMs: number;
  /** How many gift order ids are remembered to recognise duplicates. */
  seenMax: number;
}

export const EFFECT_QUEUE_DEFAULTS: EffectQueueOptions = {
  fullFromCoins: 45,
  fullMax: 8,
  bannerMax: 12,
  staleAfterMs: 10_000,
  waitMaxMs: 45_000,
  seenMax: 2_000,
};

/**
 * What became of the visual. `dropped` says that the arriving effect itself was left out; it may also be queued at
 * the cost of a cheaper one, which only the counter shows.
 */
export type VisualOutcome = "queued" | "merged" | "dropped" | "stale" | "duplicate";

export interface EnqueueOutcome {
  visual: VisualOutcome;
  /** Whether the feed must show a line: always, except for an order it has already shown. */
  feedLine: boolean;
}

export interface EffectQueueStats {
  full: number;
  banner: number;
  /** Gift orders whose visual gave way under pressure or waited too long. */
  droppedVisuals: number;
}

export interface EffectQueue {
  enqueue(effect: GiftEffect, nowMs: number): EnqueueOutcome;
  /** Removes and returns the most valuable effect of a tier, own ones first, then the earliest. */
  takeNext(tier: EffectTier, nowMs: number): GiftEffect | undefined;
  /** Removes one order from what waits, and forgets it: should it come to be after all, it is played then. */
  takeBack(giftOrderId: string): void;
  /** What waits is placed anew. Own gifts are always shown, at least small. */
  setLevel(level: EffectLevel): void;
  clear(): void;
  stats(): EffectQueueStats;
}

interface Entry {
  effect: GiftEffect;
  mergeKey: string;
  /** Gift orders merged into this entry. */
  orders: number;
  /** Arrival number; the earlier of two equals plays first. */
  seq: number;
  queuedAtMs: number;
}

/** Negative when `a` plays before `b`. */
function compareEntries(a: Entry, b: Entry): number {
  if (a.effect.own !== b.effect.own) return a.effect.own ? -1 : 1;
  return b.effect.totalCoins - a.effect.totalCoins || a.seq - b.seq;
}

function getMergeKey(effect: GiftEffect): string {
  return JSON.stringify([effect.senderId, effect.giftId, effect.combo?.id ?? null]);
}

function mergeEffects(queued: GiftEffect, arriving: GiftEffect): GiftEffect {
  const count = queued.count + arriving.count;
  const totalCoins = queued.totalCoins + arriving.totalCoins;
  const isComboNewer = (arriving.combo?.count ?? 0) >= (queued.combo?.count ?? 0);
  const combo = isComboNewer ? arriving.combo : queued.combo;
  return {
    ...arriving,
    combo,
    count,
    totalCoins,
    at: Math.max(queued.at, arriving.at),
    own: queued.own || arriving.own,
    shares: queued.own || arriving.own ? [...sharesOf(queued), ...sharesOf(arriving)] : undefined,
  };
}

/** Nobody takes back what others gave: only of own gifts is kept what is in them. */
function sharesOf({ own, shares, giftOrderId, count, totalCoins }: GiftEffect): readonly EffectShare[] {
  return own ? (shares ?? [{ giftOrderId, count, totalCoins }]) : [];
}

/**
 * The order in which a room plays gifts. It reads no clock: the caller passes the time, in the same milliseconds as
 * `GiftEffect.at`. Every structure in it is bounded. When a tier is full the least of its effects gives way: a
 * full-screen one steps down to a banner, a banner loses its visual.
 */
export function createEffectQueue(options: Partial<EffectQueueOptions> = {}): EffectQueue {
  const limits = { ...EFFECT_QUEUE_DEFAULTS, ...options };
  const tiers: Record<EffectTier, Entry[]> = { full: [], banner: [] };
  const seen = new Set<string>();
  let seq = 0;
  let droppedVisuals = 0;
  let level: EffectLevel = "full";

  function remember(giftOrderId: string): boolean {
    if (seen.has(giftOrderId)) return false;
    seen.add(giftOrderId);
    if (seen.size > limits.seenMax) {
      const [oldest] = seen;
      if (oldest !== undefined) seen.delete(oldest);
    }
    return true;
  }

  function takeMergeable(mergeKey: string): Entry | undefined {
    for (const entries of [tiers.full, tiers.banner]) {
      const index = entries.findIndex((entry) => entry.mergeKey === mergeKey);
      if (index >= 0) return entries.splice(index, 1)[0];
    }
    return undefined;
  }

  /** Inserts in playing order and returns the entry that no longer fits, if any. */
  function insert(tier: EffectTier, entry: Entry, max: number): Entry | undefined {
    const entries = tiers[tier];
    const index = entries.findIndex((other) => compareEntries(entry, other) < 0);
    entries.splice(index < 0 ? entries.length : index, 0, entry);
    return entries.length > max ? entries.pop() : undefined;
  }

  /** Places an entry by its value and returns the one whose visual is lost for it, if any. */
  function place(entry: Entry): Entry | undefined {
    // Whoever asked for quiet does not count as pressure.
    if (level === "off" && !entry.effect.own) return entry;
    let candidate: Entry | undefined = entry;
    if (level === "full" && entry.effect.totalCoins >= limits.fullFromCoins)
      candidate = insert("full", entry, limits.fullMax);
    if (candidate) candidate = insert("banner", candidate, limits.bannerMax);
    if (candidate) droppedVisuals += candidate.orders;
    return candidate;
  }

  function enqueue(effect: GiftEffect, nowMs: number): EnqueueOutcome {
    if (!remember(effect.giftOrderId)) return { visual: "duplicate", feedLine: false };
    if (nowMs - effect.at > limits.staleAfterMs) return { visual: "stale", feedLine: true };

    const mergeKey = getMergeKey(effect);
    const queued = takeMergeable(mergeKey);
    const entry: Entry = queued
      ? { ...queued, effect: mergeEffects(queued.effect, effect), orders: queued.orders + 1 }
      : { effect, mergeKey, orders: 1, seq: seq++, queuedAtMs: nowMs };
    const lost = place(entry);
    if (lost === entry) return { visual: "dropped", feedLine: true };
    return { visual: queued ? "merged" : "queued", feedLine: true };
  }

  function takeNext(tier: EffectTier, nowMs: number): GiftEffect | undefined {
    const entries = tiers[tier];
    for (let entry = entries.shift(); entry; entry = entries.shift()) {
      if (nowMs - entry.queuedAtMs <= limits.waitMaxMs) return entry.effect;
      droppedVisuals += entry.orders;
    }
    return undefined;
  }

  function takeBack(giftOrderId: string): void {
    seen.delete(giftOrderId);
    for (const entries of [tiers.full, tiers.banner]) {
      // An order waits in one entry only.
      const index = entries.findIndex((entry) => withoutShare(entry.effect, giftOrderId) !== entry.effect);
      const [entry] = index < 0 ? [] : entries.splice(index, 1);
      const effect = entry && withoutShare(entry.effect, giftOrderId);
      if (effect) place({ ...entry, effect, orders: entry.orders - 1 });
      if (entry) return;
    }
  }

  return {
    enqueue,
    takeNext,
    takeBack,
    setLevel(next) {
      level = next;
      const waiting = [...tiers.full.splice(0), ...tiers.banner.splice(0)];
      for (const entry of waiting) place(entry);
    },
    clear() {
      tiers.full.length = 0;
      tiers.banner.length = 0;
    },
    stats: () => ({ full: tiers.full.length, banner: tiers.banner.length, droppedVisuals }),
  };
}
