import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createPartStore } from "./part-store";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const Drawer = () => null;

/** A part that can be loaded from the `fromTry`-th try on. */
function createPart(fromTry: number) {
  const facts = { tries: 0 };
  const store = createPartStore(async () => {
    facts.tries += 1;
    if (facts.tries < fromTry) throw new Error("The part did not come.");
    return Drawer;
  });
  return { store, facts };
}

it("a part that cannot be loaded is tried again until it comes, and then no more", async () => {
  const { store, facts } = createPart(4);
  const listener = vi.fn<() => void>();
  store.subscribe(listener);
  store.want();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(store.get()).toBe(Drawer);
  expect(facts.tries).toBe(4);
  expect(listener).toHaveBeenCalledOnce();
});

it("a part that nobody wants any more is not asked for", async () => {
  const { store, facts } = createPart(4);
  const end = store.want();
  await vi.advanceTimersByTimeAsync(0);
  end();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(facts.tries).toBe(1);
});

it("a part that failed ahead of its time is tried at once when it is needed", async () => {
  const { store, facts } = createPart(2);
  store.want();
  await vi.advanceTimersByTimeAsync(0);
  expect(facts.tries).toBe(1);
  store.want();
  await vi.advanceTimersByTimeAsync(0);
  expect(store.get()).toBe(Drawer);
});
