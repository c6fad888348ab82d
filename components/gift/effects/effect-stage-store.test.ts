import { expect, test } from "vitest";
import { createEffectStageStore } from "./effect-stage-store";
import type { GiftEffect } from "./gift-effect";

const NOW_MS = 5_000_000;

function giftEffect(giftOrderId: string, totalCoins: number): GiftEffect {
  return {
    giftOrderId,
    senderId: giftOrderId,
    senderName: "Lin",
    giftId: "g",
    giftName: "Gift",
    effect: "crown",
    count: 1,
    totalCoins,
    own: false,
    at: NOW_MS,
  };
}

function watchedStage() {
  const stage = createEffectStageStore(() => NOW_MS);
  let renders = 0;
  const stop = stage.subscribe(() => {
    renders += 1;
  });
  return { stage, stop, renders: () => renders };
}

test("one scene plays at a time and the next starts when it ends", () => {
  const { stage } = watchedStage();
  stage.enqueue(giftEffect("first", 100));
  stage.enqueue(giftEffect("second", 900));
  const first = stage.getSnapshot().full;

  expect(first?.effect.giftOrderId).toBe("first");
  stage.finish(first?.key ?? 0);
  expect(stage.getSnapshot().full?.effect.giftOrderId).toBe("second");
});

test("banners take two different places and a third waits", () => {
  const { stage, renders } = watchedStage();
  for (const id of ["a", "b", "c"]) stage.enqueue(giftEffect(id, 10));

  expect(stage.getSnapshot().banners.map((playing) => playing.slot)).toEqual([0, 1]);
  expect(stage.stats().banner).toBe(1);
  expect(renders()).toBe(2);

  stage.finish(stage.getSnapshot().banners[0]?.key ?? 0);
  expect(stage.getSnapshot().banners.map((playing) => [playing.slot, playing.effect.giftOrderId])).toEqual([
    [1, "b"],
    [0, "c"],
  ]);
});

test("nothing starts while paused, and waiting effects start on return", () => {
  const { stage } = watchedStage();
  stage.setPaused(true);
  stage.enqueue(giftEffect("a", 100));
  expect(stage.getSnapshot().full).toBeNull();

  stage.setPaused(false);
  expect(stage.getSnapshot().full?.effect.giftOrderId).toBe("a");
});

test("effects wait for someone to show them", () => {
  const stage = createEffectStageStore(() => NOW_MS);
  stage.enqueue(giftEffect("a", 100));
  expect(stage.getSnapshot().full).toBeNull();

  stage.subscribe(() => {});
  expect(stage.getSnapshot().full?.effect.giftOrderId).toBe("a");
});

test("ending an effect twice changes nothing", () => {
  const { stage, renders } = watchedStage();
  stage.enqueue(giftEffect("a", 100));
  const key = stage.getSnapshot().full?.key ?? 0;
  stage.finish(key);
  const before = renders();
  stage.finish(key);
  expect(renders()).toBe(before);
});
