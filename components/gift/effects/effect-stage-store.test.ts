import { expect, test } from "vitest";
import { createEffectStageStore } from "./effect-stage-store";
import type { GiftEffect } from "./gift-effect";

const NOW_MS = 5_000_000;

function giftEffect(giftOrderId: string, totalCoins: number, over: Partial<GiftEffect> = {}): GiftEffect {
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
    ...over,
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

test("what is taken back ends at once and lets the next one play", () => {
  const { stage } = watchedStage();
  stage.enqueue(giftEffect("refused", 100, { own: true }));
  stage.enqueue(giftEffect("of-another", 90));
  stage.enqueue(giftEffect("small", 10, { own: true }));

  stage.takeBack("refused");
  stage.takeBack("small");

  expect(stage.getSnapshot().full?.effect.giftOrderId).toBe("of-another");
  expect(stage.getSnapshot().banners).toEqual([]);
});

test("what was merged with a refused gift goes on without it", () => {
  const { stage, renders } = watchedStage();
  const own = { senderId: "me", own: true };
  stage.enqueue(giftEffect("before", 100));
  for (const id of ["a", "b", "c"]) stage.enqueue(giftEffect(id, 50, own));
  stage.takeBack("b");
  stage.finish(stage.getSnapshot().full?.key ?? 0);

  expect(stage.getSnapshot().full?.effect).toMatchObject({ count: 2, totalCoins: 100 });
  stage.takeBack("c");
  expect(stage.getSnapshot().full?.effect).toMatchObject({ count: 1, totalCoins: 50 });
  const before = renders();
  stage.takeBack("unknown");
  expect(renders()).toBe(before);
  stage.takeBack("a");
  expect(stage.getSnapshot().full).toBeNull();
});

test("a gift that was taken back and comes to be after all is played", () => {
  const { stage } = watchedStage();
  stage.enqueue(giftEffect("asked-about", 100, { own: true }));
  stage.takeBack("asked-about");
  expect(stage.enqueue(giftEffect("asked-about", 100, { own: true })).visual).toBe("queued");
  expect(stage.getSnapshot().full?.effect.giftOrderId).toBe("asked-about");
});

test("a calmer level ends the scene that plays, and own gifts stay in sight", () => {
  const { stage } = watchedStage();
  stage.enqueue(giftEffect("theirs", 900));
  stage.enqueue({ ...giftEffect("own", 10), own: true });
  stage.enqueue(giftEffect("small", 10));
  stage.setLevel("off");
  const { full, banners } = stage.getSnapshot();
  expect(full).toBeNull();
  expect(banners.map(({ effect }) => effect.giftOrderId)).toEqual(["own"]);
});

test("scenes are shorter while many wait", () => {
  const { stage } = watchedStage();
  for (const id of ["a", "b", "c", "d", "e"]) stage.enqueue(giftEffect(id, 100));
  const lengths: number[] = [];
  for (let full = stage.getSnapshot().full; full; full = stage.getSnapshot().full) {
    lengths.push(full.fullMsMax);
    stage.finish(full.key);
  }
  expect(lengths).toEqual([Infinity, 1_800, Infinity, Infinity, Infinity]);
});
