import {
  createEffectQueue,
  type EffectQueueStats,
  type EffectTier,
  type EnqueueOutcome,
} from "./effect-queue";
import { type EffectLevel, type GiftEffect, withoutShare } from "./gift-effect";

const BANNER_SLOTS = 2;
const BANNER_MS = 2_300;
const BANNER_HURRIED_MS = 1_500;
/** With more banners waiting than this, each is shown for a shorter time. */
const HURRY_FROM_BANNERS = 3;
/** So do scenes: with more of them waiting than this, each ends by then. */
const HURRY_FROM_FULL = 2;
const FULL_HURRIED_MS = 1_800;

export interface PlayingEffect {
  key: number;
  effect: GiftEffect;
  tier: EffectTier;
  /** Which of the banner places it occupies; 0 for a full-screen effect. */
  slot: number;
  /** For a banner, how long it stays. */
  bannerMs: number;
  /** A full-screen effect lasts as long as its scene, but no longer than this. */
  fullMsMax: number;
}

export interface StageSnapshot {
  full: PlayingEffect | null;
  banners: readonly PlayingEffect[];
}

const EMPTY: StageSnapshot = { full: null, banners: [] };

export interface EffectStageStore {
  /** Takes a gift into the queue and plays it when its turn comes; see `EnqueueOutcome` for the feed line. */
  enqueue(effect: GiftEffect): EnqueueOutcome;
  /** Ends a playing effect, by its key, and starts the next. */
  finish(key: number): void;
  /** An own gift did not come to be: what plays or waits for it ends at once, and what it was merged with goes on without it. */
  takeBack(giftOrderId: string): void;
  /** While paused, say in a hidden tab, gifts are queued and nothing new starts. */
  setPaused(paused: boolean): void;
  /** What plays beyond the new level ends at once. */
  setLevel(level: EffectLevel): void;
  clear(): void;
  stats(): EffectQueueStats;
  subscribe(listener: () => void): () => void;
  getSnapshot(): StageSnapshot;
}

function findFreeSlot(banners: readonly PlayingEffect[]): number | undefined {
  for (let slot = 0; slot < BANNER_SLOTS; slot += 1) {
    if (!banners.some((playing) => playing.slot === slot)) return slot;
  }
  return undefined;
}

/**
 * Holds what a room is playing now, one scene and two banners at most. It lives outside React so that a burst of
 * gifts costs no render until something visible changes. `now` must tell the time on the clock of `GiftEffect.at`.
 */
export function createEffectStageStore(now: () => number = Date.now): EffectStageStore {
  const queue = createEffectQueue();
  const listeners = new Set<() => void>();
  let snapshot = EMPTY;
  let paused = false;
  let nextKey = 0;

  function publish(next: StageSnapshot): void {
    snapshot = next;
    for (const listener of listeners) listener();
  }

  function start(tier: EffectTier, slot: number): PlayingEffect | null {
    const effect = queue.takeNext(tier, now());
    if (!effect) return null;
    nextKey += 1;
    const waiting = queue.stats();
    const bannerMs = waiting.banner > HURRY_FROM_BANNERS ? BANNER_HURRIED_MS : BANNER_MS;
    const fullMsMax = waiting.full > HURRY_FROM_FULL ? FULL_HURRIED_MS : Number.POSITIVE_INFINITY;
    return { key: nextKey, effect, tier, slot, bannerMs, fullMsMax };
  }

  /** Fills every free place. Nothing starts without an audience, so that no effect is spent unseen. */
  function advance(): void {
    if (paused || listeners.size === 0) return;
    const full = snapshot.full ?? start("full", 0);
    const banners = [...snapshot.banners];
    for (let slot = findFreeSlot(banners); slot !== undefined; slot = findFreeSlot(banners)) {
      const playing = start("banner", slot);
      if (!playing) break;
      banners.push(playing);
    }
    if (full !== snapshot.full || banners.length !== snapshot.banners.length) publish({ full, banners });
  }

  return {
    enqueue(effect) {
      const outcome = queue.enqueue(effect, now());
      advance();
      return outcome;
    },
    finish(key) {
      const full = snapshot.full?.key === key ? null : snapshot.full;
      const banners = snapshot.banners.filter((playing) => playing.key !== key);
      if (full === snapshot.full && banners.length === snapshot.banners.length) return;
      publish({ full, banners });
      advance();
    },
    takeBack(giftOrderId) {
      queue.takeBack(giftOrderId);
      const without = (playing: PlayingEffect): PlayingEffect[] => {
        const effect = withoutShare(playing.effect, giftOrderId);
        if (effect === playing.effect) return [playing];
        return effect ? [{ ...playing, effect }] : [];
      };
      const [full = null] = snapshot.full ? without(snapshot.full) : [];
      const banners = snapshot.banners.flatMap(without);
      if (full === snapshot.full && banners.every((playing, i) => playing === snapshot.banners[i])) {
        if (banners.length === snapshot.banners.length) return;
      }
      publish({ full, banners });
      advance();
    },
    setPaused(value) {
      paused = value;
      advance();
    },
    setLevel(level) {
      queue.setLevel(level);
      const full = level === "full" ? snapshot.full : null;
      const banners =
        level === "off" ? snapshot.banners.filter(({ effect }) => effect.own) : snapshot.banners;
      if (full !== snapshot.full || banners.length < snapshot.banners.length) publish({ full, banners });
      advance();
    },
    clear() {
      queue.clear();
      publish(EMPTY);
    },
    stats: queue.stats,
    subscribe(listener) {
      listeners.add(listener);
      advance();
      return () => {
        listeners.delete(listener);
      };
    },
    getSnapshot: () => snapshot,
  };
}
