import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseScene, grabState, nextAskAtMs, totalCoins } from "./rain-scene";
import { type RainAction, reduceRain } from "./rain-state";
import { NO_RAINS, type RainState } from "./rain-view";
import {
  at,
  cancelled,
  ended,
  falling,
  packet,
  progress,
  rainFacts,
  rainResult,
  roomClosed,
  START_MS,
  scheduled,
  snapshot,
  started,
} from "./testing/rain-facts";

type Delivered = ReturnType<typeof started>;
const viewer = { role: "viewer", isAnchor: false } as const;
/** This machine's clock runs 90 seconds behind the server's. */
const local = (second: number) => START_MS + second * 1000 - 90_000;

function heard(second: number, ...delivered: Delivered[]): RainAction {
  return { type: "heard", delivered, localMs: local(second) };
}
function read(second: number, body: Parameters<typeof snapshot>[1] = {}): RainAction {
  return { type: "read", snapshot: snapshot(second, body), localMs: local(second) };
}
const after = (...actions: RainAction[]): RainState => actions.reduce(reduceRain, NO_RAINS);
const sceneAt = (state: RainState, second: number) => chooseScene(state, START_MS + second * 1000);
const rainOf = (state: RainState) => state.rains.get("rain-1");

describe("the scene of a room", () => {
  it("goes from a far plan over the last seconds to the fall and its result", () => {
    const planned = after(heard(0, scheduled(0, 60)));
    expect(sceneAt(planned, 1)).toMatchObject({
      kind: "nothing",
      planned: { rainId: "rain-1", budgetCoins: 8_888 },
    });
    expect(sceneAt(planned, 51)).toMatchObject({ kind: "countdown", planned: null });
    const fell = reduceRain(planned, heard(60, started(60)));
    expect(sceneAt(fell, 61)).toMatchObject({ kind: "falling", rain: { code: "code-of-16-letters" } });
    const over = reduceRain(fell, heard(72, ended(72)));
    expect(sceneAt(over, 73)).toMatchObject({
      kind: "result",
      rain: { claimed: 100, endReason: "all_grabbed" },
    });
    expect(sceneAt(reduceRain(over, { type: "dismissed", rainId: "rain-1" }), 73).kind).toBe("nothing");
  });

  it("forgets a plan that was cancelled, and one that a snapshot no longer knows", () => {
    expect(sceneAt(after(heard(0, scheduled(0, 60)), heard(5, cancelled(5))), 55).kind).toBe("nothing");
    expect(sceneAt(after(heard(0, scheduled(0, 60)), read(20)), 55).kind).toBe("nothing");
  });

  it("takes the newest time of a plan", () => {
    const state = after(heard(4, scheduled(4, 10), scheduled(0, 3_600)));
    expect(rainOf(state)?.startsAtMs).toBe(START_MS + 10_000);
  });

  it("shows nothing of rains that were over before this page came", () => {
    const state = after(heard(100, started(0, {}, true), ended(12, {}, true)), read(100));
    expect(sceneAt(state, 100).kind).toBe("nothing");
  });

  it("does not draw an old start before a snapshot says that it still falls", () => {
    const replayed = after(heard(20, started(0, {}, true)));
    expect(sceneAt(replayed, 20).kind).toBe("nothing");
    expect(sceneAt(reduceRain(replayed, read(20, { current: falling() })), 20).kind).toBe("falling");
  });

  it("shows a late comer the falling rain with what is theirs", () => {
    const state = after(read(10, { current: falling({ claimedCount: 40 }), mine: [packet("a", 120)] }));
    expect(sceneAt(state, 10)).toMatchObject({ kind: "falling", rain: { claimed: 40 } });
    expect(totalCoins(state.mine.get("rain-1"))).toBe(120);
    expect(state.mine.get("rain-1")?.verdict).toBe("done");
  });

  it("tells somebody who was away of the end, because they saw it fall", () => {
    const state = after(
      heard(0, started(0)),
      heard(50, ended(30, { endReason: "time_up", claimed: 7 }, true)),
    );
    expect(sceneAt(state, 50)).toMatchObject({ kind: "result", rain: { endReason: "time_up", claimed: 7 } });
  });
});

describe("events out of order and twice", () => {
  it("never brings a rain back that is over", () => {
    const state = after(heard(12, ended(12), started(0), progress(11, 99), scheduled(-5, 0)));
    expect(rainOf(state)).toMatchObject({ phase: "over", claimed: 100 });
    expect(sceneAt(reduceRain(state, read(13, { current: falling() })), 13).kind).not.toBe("falling");
  });

  it("never counts backwards", () => {
    const state = after(heard(9, started(0), progress(9, 60), progress(8, 50)));
    expect(rainOf(state)).toMatchObject({ claimed: 60, claimedCoins: 4_800 });
    expect(rainOf(reduceRain(state, read(9, { current: falling({ claimedCount: 55 }) })))?.claimed).toBe(60);
  });

  it("ends the same in every order of the same events", () => {
    const all = [
      scheduled(0, 5),
      started(5),
      progress(6, 10),
      progress(7, 30),
      progress(8, 80),
      ended(9),
      ended(9),
    ];
    fc.assert(
      fc.property(
        fc.shuffledSubarray(all, { minLength: all.length }),
        fc.integer({ min: 1, max: 7 }),
        (events, cut) => {
          const state = after(heard(10, ...events.slice(0, cut)), heard(11, ...events.slice(cut)));
          expect(rainOf(state)).toMatchObject({ phase: "over", claimed: 100, claimedCoins: 8_888 });
        },
      ),
    );
  });

  it("asks when it hears of a rain whose start it has missed", () => {
    const state = after(heard(5, progress(5, 3)));
    expect(state.mustAsk).toBe(true);
    expect(nextAskAtMs(state, START_MS - 60_000)).toBeLessThanOrEqual(START_MS);
    expect(reduceRain(state, read(6)).mustAsk).toBe(false);
  });
});

describe("a snapshot without a rain that was falling", () => {
  it("ends it", () => expect(sceneAt(after(heard(0, started(0)), read(20)), 20).kind).toBe("result"));
  it("is doubted while the rain was just heard of", () => {
    const state = after(heard(20, started(0), progress(20, 5)), read(21));
    expect(sceneAt(state, 21).kind).toBe("falling");
    expect(state.mustAsk).toBe(true);
  });
  it("is taken back by a snapshot that has it", () => {
    const state = after(heard(0, started(0)), read(10), read(11, { current: falling() }));
    expect(sceneAt(state, 11).kind).toBe("falling");
  });
  it("gets its details from the result", () => {
    const state = after(heard(0, started(0)), roomClosedAt(8), {
      type: "resultRead",
      result: rainResult({ endReason: "room_closed" }),
    });
    expect(rainOf(state)).toMatchObject({ phase: "over", endReason: "room_closed", claimed: 100 });
  });
});

const roomClosedAt = (second: number) => heard(second, roomClosed(second));

describe("clocks", () => {
  it("are compared by the quickest word of the server", () => {
    const slow = { type: "heard", delivered: [progress(0, 0)], localMs: local(0) + 4_000 } as const;
    expect(after(slow).clockAheadMs).toBe(86_000);
    expect(after(slow, read(1)).clockAheadMs).toBe(90_000);
    expect(after(read(1), slow).clockAheadMs).toBe(90_000);
  });
});

describe("grabbing", () => {
  const fell = after(heard(0, started(0)));
  const stateOf = (state: RainState, second: number, grabber: Parameters<typeof grabState>[2] = viewer) => {
    const rain = rainOf(state);
    if (!rain) throw new Error("no rain");
    return grabState(rain, state.mine.get("rain-1"), grabber, START_MS + second * 1000, local(second));
  };
  const tapped = (second: number): RainAction => ({
    type: "tapped",
    rainId: "rain-1",
    claimId: "a",
    localMs: local(second),
  });

  it("is for viewers only", () => {
    expect(stateOf(fell, 1)).toBe("ready");
    expect(stateOf(fell, 1, { role: "guest", isAnchor: false })).toBe("guest");
    expect(stateOf(fell, 1, { role: null, isAnchor: false })).toBe("guest");
    expect(stateOf(fell, 1, { role: "anchor", isAnchor: true })).toBe("own");
    expect(stateOf(after(read(1, { current: falling({ code: null }) })), 1)).toBe("barred");
  });

  it("takes one tap at a time, and the next after a second", () => {
    const both = after(heard(0, started(0, { claimsPerViewer: 2 })), tapped(1));
    expect(stateOf(both, 1.5)).toBe("sending");
    const won = reduceRain(both, { type: "won", packet: packet("a") });
    expect(stateOf(won, 1.5)).toBe("cooling");
    expect(stateOf(won, 2)).toBe("ready");
    expect(stateOf(reduceRain(won, { type: "won", packet: packet("b", 1, 9) }), 3)).toBe("done");
  });

  it("counts a packet once, however often it is told", () => {
    const state = after(
      heard(0, started(0)),
      tapped(1),
      { type: "won", packet: packet("a") },
      read(2, { current: falling(), mine: [packet("a")] }),
    );
    expect(state.mine.get("rain-1")).toMatchObject({ packets: [packet("a")], claim: null, verdict: "done" });
    expect(totalCoins(state.mine.get("rain-1"))).toBe(88);
  });

  it("resolves a lost answer by what the snapshot says is mine", () => {
    const lost = after(
      heard(0, started(0)),
      tapped(1),
      { type: "attempted", rainId: "rain-1" },
      { type: "unanswered", rainId: "rain-1" },
    );
    expect(lost.mine.get("rain-1")?.claim).toMatchObject({ claimId: "a", waitsFor: "network", attempts: 1 });
    expect(
      reduceRain(lost, read(3, { current: falling(), mine: [packet("a")] })).mine.get("rain-1")?.claim,
    ).toBeNull();
  });

  it("ends by the clock, by the last packet and by the server's word", () => {
    expect(stateOf(fell, 30)).toBe("over");
    expect(stateOf(reduceRain(fell, heard(4, progress(4, 100))), 5)).toBe("empty");
    const by = (error: Extract<RainAction, { type: "refused" }>["error"]) =>
      stateOf(after(heard(0, started(0)), tapped(1), { type: "refused", rainId: "rain-1", error }), 3);
    expect(by("RAIN_EMPTY")).toBe("empty");
    expect(by("RAIN_ALREADY_CLAIMED")).toBe("done");
    expect(by("RAIN_ENDED")).toBe("over");
    expect(by("KICKED")).toBe("refused");
    expect(by("RAIN_NOT_STARTED")).toBe("ready");
  });

  it("waits as long as the server asks", () => {
    const state = after(heard(0, started(0)), tapped(1), {
      type: "limited",
      rainId: "rain-1",
      againAtLocalMs: local(9),
    });
    expect(state.mine.get("rain-1")).toMatchObject({
      claim: { waitsFor: "limit" },
      againAtLocalMs: local(9),
    });
  });
});

it("keeps few rains, the newest", () => {
  const many = Array.from({ length: 30 }, (_, i) => started(i, { rainId: `rain-${i}`, endsAt: at(i + 30) }));
  const state = after(heard(31, ...many));
  expect([...state.rains.keys()]).toContain("rain-29");
  expect(state.rains.size).toBe(8);
});

it("knows an upcoming rain from the snapshot", () => {
  const state = after(
    read(0, { upcoming: rainFacts({ status: "ready", startedAt: null, endsAt: null, startsAt: at(600) }) }),
  );
  expect(sceneAt(state, 0).planned).toMatchObject({ startsAtMs: START_MS + 600_000 });
});
