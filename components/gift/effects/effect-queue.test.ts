import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEffectQueue } from "./effect-queue";
import type { GiftEffect } from "./gift-effect";

const NOW_MS = 1_000_000;

let nextOrder = 0;

function giftEffect(over: Partial<GiftEffect> = {}): GiftEffect {
  nextOrder += 1;
  return {
    giftOrderId: `order-${nextOrder}`,
    senderId: `sender-${nextOrder}`,
    senderName: "Lin",
    giftId: "gift-1",
    giftName: "Crown",
    effect: "crown",
    count: 1,
    totalCoins: 20,
    own: false,
    at: NOW_MS,
    ...over,
  };
}

describe("effect queue", () => {
  test("plays the own effect first, then by value, then by arrival", () => {
    const queue = createEffectQueue();
    queue.enqueue(giftEffect({ giftOrderId: "cheap", totalCoins: 50 }), NOW_MS);
    queue.enqueue(giftEffect({ giftOrderId: "dear", totalCoins: 500 }), NOW_MS);
    queue.enqueue(giftEffect({ giftOrderId: "cheap-later", totalCoins: 50 }), NOW_MS);
    queue.enqueue(giftEffect({ giftOrderId: "own", totalCoins: 45, own: true }), NOW_MS);

    const played = Array.from({ length: 5 }, () => queue.takeNext("full", NOW_MS)?.giftOrderId);

    expect(played).toEqual(["own", "dear", "cheap", "cheap-later", undefined]);
  });

  test("the total decides between banner and full screen", () => {
    const queue = createEffectQueue({ fullFromCoins: 45 });
    queue.enqueue(giftEffect({ totalCoins: 44 }), NOW_MS);
    queue.enqueue(giftEffect({ totalCoins: 45 }), NOW_MS);

    expect(queue.stats()).toEqual({ full: 1, banner: 1, droppedVisuals: 0 });
  });

  test("merges what the same sender adds to a waiting combo, and lets the sum rise to full screen", () => {
    const queue = createEffectQueue({ fullFromCoins: 45 });
    const first = giftEffect({ senderId: "a", combo: { id: "c", count: 1, endsAt: "2030-01-01T00:00:05Z" } });
    const third = giftEffect({ senderId: "a", combo: { id: "c", count: 3, endsAt: "2030-01-01T00:00:07Z" } });
    const second = giftEffect({
      senderId: "a",
      combo: { id: "c", count: 2, endsAt: "2030-01-01T00:00:06Z" },
    });
    const other = giftEffect({ senderId: "b", combo: { id: "d", count: 1, endsAt: "2030-01-01T00:00:05Z" } });

    expect(queue.enqueue(first, NOW_MS).visual).toBe("queued");
    expect(queue.enqueue(third, NOW_MS).visual).toBe("merged");
    expect(queue.enqueue(second, NOW_MS).visual).toBe("merged");
    expect(queue.enqueue(other, NOW_MS).visual).toBe("queued");

    expect(queue.takeNext("full", NOW_MS)).toMatchObject({ count: 3, totalCoins: 60, combo: { count: 3 } });
    expect(queue.takeNext("banner", NOW_MS)).toMatchObject({ senderId: "b", count: 1 });
  });

  test("ignores an order it has seen, with no second feed line", () => {
    const queue = createEffectQueue();
    const effect = giftEffect();
    queue.enqueue(effect, NOW_MS);

    expect(queue.enqueue({ ...effect }, NOW_MS)).toEqual({ visual: "duplicate", feedLine: false });
    expect(queue.stats().banner).toBe(1);
  });

  test("forgets the oldest order once its memory is full", () => {
    const queue = createEffectQueue({ seenMax: 2 });
    const [a, b, c] = [giftEffect(), giftEffect(), giftEffect()];
    for (const effect of [a, b, c]) queue.enqueue(effect, NOW_MS);

    expect(queue.enqueue(c, NOW_MS).visual).toBe("duplicate");
    expect(queue.enqueue(b, NOW_MS).visual).toBe("duplicate");
    expect(queue.enqueue(a, NOW_MS).visual).not.toBe("duplicate");
  });

  test("a replay after a lost connection keeps its feed line and plays nothing", () => {
    const queue = createEffectQueue({ staleAfterMs: 10_000 });

    expect(queue.enqueue(giftEffect({ at: NOW_MS - 10_001 }), NOW_MS)).toEqual({
      visual: "stale",
      feedLine: true,
    });
    expect(queue.enqueue(giftEffect({ at: NOW_MS - 10_000 }), NOW_MS)).toEqual({
      visual: "queued",
      feedLine: true,
    });
  });

  test("under pressure a full-screen effect steps down to a banner before a banner is lost", () => {
    const queue = createEffectQueue({ fullMax: 1, bannerMax: 1 });
    queue.enqueue(giftEffect({ totalCoins: 100 }), NOW_MS);
    queue.enqueue(giftEffect({ totalCoins: 20 }), NOW_MS);
    const stepsDown = queue.enqueue(giftEffect({ totalCoins: 60 }), NOW_MS);

    expect(stepsDown).toEqual({ visual: "queued", feedLine: true });
    expect(queue.stats()).toEqual({ full: 1, banner: 1, droppedVisuals: 1 });
    expect(queue.takeNext("banner", NOW_MS)?.totalCoins).toBe(60);
  });

  test("what has waited too long is counted and not played", () => {
    const queue = createEffectQueue({ waitMaxMs: 1_000 });
    queue.enqueue(giftEffect({ totalCoins: 500 }), NOW_MS);
    queue.enqueue(giftEffect({ totalCoins: 90, at: NOW_MS + 900, giftOrderId: "late" }), NOW_MS + 900);

    expect(queue.takeNext("full", NOW_MS + 1_001)?.giftOrderId).toBe("late");
    expect(queue.stats().droppedVisuals).toBe(1);
  });
});

const effectArb = fc.record({
  giftOrderId: fc.integer({ min: 0, max: 60 }).map((n) => `order-${n}`),
  senderId: fc.constantFrom("a", "b", "c", "d"),
  senderName: fc.constant("Lin"),
  giftId: fc.constantFrom("x", "y"),
  giftName: fc.constant("Gift"),
  effect: fc.constantFrom("crown", "rocket", "new-one"),
  count: fc.integer({ min: 1, max: 99 }),
  totalCoins: fc.integer({ min: 1, max: 5_000 }),
  own: fc.boolean(),
  combo: fc.option(
    fc.record({
      id: fc.constantFrom("c1", "c2"),
      count: fc.integer({ min: 1, max: 999 }),
      endsAt: fc.constant("2030-01-01T00:00:00Z"),
    }),
    { nil: undefined },
  ),
  at: fc.integer({ min: NOW_MS - 15_000, max: NOW_MS + 1_000 }),
});

const commandArb = fc.oneof(
  { weight: 4, arbitrary: effectArb.map((effect) => ({ kind: "enqueue" as const, effect })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("full" as const, "banner" as const)
      .map((tier) => ({ kind: "take" as const, tier })),
  },
);

describe("effect queue, for any sequence of gifts", () => {
  test("lengths stay bounded, each order has one feed line, and no gift is shown that was not sent", () => {
    fc.assert(
      fc.property(fc.array(commandArb, { maxLength: 200 }), (commands) => {
        const queue = createEffectQueue({ fullMax: 3, bannerMax: 4, seenMax: 1_000 });
        const orders = new Set<string>();
        let feedLines = 0;
        let sentCount = 0;
        let shownCount = 0;
        let accepted = 0;
        for (const command of commands) {
          if (command.kind === "take") {
            shownCount += queue.takeNext(command.tier, NOW_MS)?.count ?? 0;
            continue;
          }
          const outcome = queue.enqueue(command.effect, NOW_MS);
          expect(outcome.feedLine).toBe(!orders.has(command.effect.giftOrderId));
          orders.add(command.effect.giftOrderId);
          if (outcome.feedLine) feedLines += 1;
          if (outcome.feedLine && outcome.visual !== "stale") {
            sentCount += command.effect.count;
            accepted += 1;
          }
          expect(queue.stats().full).toBeLessThanOrEqual(3);
          expect(queue.stats().banner).toBeLessThanOrEqual(4);
        }
        for (const tier of ["full", "banner"] as const) {
          for (let next = queue.takeNext(tier, NOW_MS); next; next = queue.takeNext(tier, NOW_MS)) {
            shownCount += next.count;
          }
        }
        const { droppedVisuals } = queue.stats();
        expect(feedLines).toBe(orders.size);
        expect(shownCount).toBeLessThanOrEqual(sentCount);
        expect(droppedVisuals).toBeLessThanOrEqual(accepted);
        if (droppedVisuals === 0) expect(shownCount).toBe(sentCount);
        else expect(shownCount).toBeLessThan(sentCount);
      }),
    );
  });

  test("a tier is always taken own first and then by falling value", () => {
    fc.assert(
      fc.property(
        fc.array(effectArb, { maxLength: 60 }),
        fc.constantFrom("full" as const, "banner" as const),
        (effects, tier) => {
          const queue = createEffectQueue({ fullMax: 5, bannerMax: 5 });
          for (const effect of effects) queue.enqueue(effect, NOW_MS);
          const played: GiftEffect[] = [];
          for (let next = queue.takeNext(tier, NOW_MS); next; next = queue.takeNext(tier, NOW_MS))
            played.push(next);
          for (const [index, effect] of played.entries()) {
            const after = played[index + 1];
            if (!after) continue;
            expect(Number(effect.own)).toBeGreaterThanOrEqual(Number(after.own));
            if (effect.own === after.own) expect(effect.totalCoins).toBeGreaterThanOrEqual(after.totalCoins);
          }
        },
      ),
    );
  });

  test("an own effect is never lost while another's waits in the same tier", () => {
    fc.assert(
      fc.property(fc.array(effectArb, { maxLength: 80 }), (effects) => {
        const queue = createEffectQueue({ fullMax: 2, bannerMax: 3 });
        for (const effect of effects) {
          const outcome = queue.enqueue(effect, NOW_MS);
          if (!effect.own || outcome.visual !== "dropped") continue;
          const waiting: GiftEffect[] = [];
          for (let next = queue.takeNext("banner", NOW_MS); next; next = queue.takeNext("banner", NOW_MS))
            waiting.push(next);
          expect(waiting.every((other) => other.own)).toBe(true);
          return;
        }
      }),
    );
  });

  test("a sum that falls below full screen without a refused gift becomes a banner", () => {
    const queue = createEffectQueue({ fullFromCoins: 45 });
    const own = { senderId: "me", own: true };
    queue.enqueue(giftEffect({ ...own, giftOrderId: "kept", totalCoins: 30 }), NOW_MS);
    queue.enqueue(giftEffect({ ...own, giftOrderId: "refused", totalCoins: 30 }), NOW_MS);
    expect(queue.stats()).toMatchObject({ full: 1, banner: 0 });

    queue.takeBack("refused");
    expect(queue.stats()).toMatchObject({ full: 0, banner: 1 });
    expect(queue.takeNext("banner", NOW_MS)).toMatchObject({ giftOrderId: "kept", count: 1, totalCoins: 30 });
  });

  describe("at a calmer level", () => {
    const all = (queue: ReturnType<typeof createEffectQueue>, tier: "full" | "banner") =>
      Array.from({ length: 4 }, () => queue.takeNext(tier, NOW_MS)?.giftOrderId).filter(Boolean);

    test("small plays everything small", () => {
      const queue = createEffectQueue();
      queue.setLevel("small");
      queue.enqueue(giftEffect({ giftOrderId: "dear", totalCoins: 9_000 }), NOW_MS);
      queue.enqueue(giftEffect({ giftOrderId: "own", totalCoins: 500, own: true }), NOW_MS);
      expect(all(queue, "full")).toEqual([]);
      expect(all(queue, "banner")).toEqual(["own", "dear"]);
    });

    test("off plays own gifts alone, small, and keeps every line of the feed", () => {
      const queue = createEffectQueue();
      queue.setLevel("off");
      const theirs = queue.enqueue(giftEffect({ totalCoins: 9_000 }), NOW_MS);
      const own = queue.enqueue(giftEffect({ giftOrderId: "own", totalCoins: 500, own: true }), NOW_MS);
      expect(theirs).toEqual({ visual: "dropped", feedLine: true });
      expect(own).toEqual({ visual: "queued", feedLine: true });
      expect(all(queue, "full")).toEqual([]);
      expect(all(queue, "banner")).toEqual(["own"]);
      expect(queue.stats().droppedVisuals).toBe(0);
    });

    test("what waits follows a change of the level", () => {
      const queue = createEffectQueue();
      queue.enqueue(giftEffect({ giftOrderId: "dear", totalCoins: 9_000 }), NOW_MS);
      queue.enqueue(giftEffect({ giftOrderId: "own", totalCoins: 500, own: true }), NOW_MS);
      queue.setLevel("off");
      queue.setLevel("full");
      expect(all(queue, "full")).toEqual(["own"]);
    });
  });
});
