import { expect, it } from "vitest";
import { registry } from "../observability/metrics";
import { Caches, defineCache, defineHeld } from "./caches";

const SQUARES = defineCache<number>({ name: "test_squares", max: 2, droppedBy: "nothing" });
const SPLITS = defineCache<number[]>({
  name: "test_splits",
  max: 5,
  sizeOf: (list) => list.length,
  droppedBy: "nothing",
});

async function countLookups(cache: string): Promise<Record<string, number>> {
  const metrics = await registry.getMetricsAsJSON();
  const { values = [] } = metrics.find(({ name }) => name === "downpour_cache_lookups_total") ?? {};
  const own = values.filter(({ labels }) => labels.cache === cache);
  return Object.fromEntries(own.map(({ labels, value }) => [labels.outcome, value]));
}

it("a resource has one cache of a kind, and shares it with no other resource", () => {
  const [one, other] = [new Caches(), new Caches()];
  one.of(SQUARES).set("2", 4);
  expect(one.of(SQUARES).get("2")).toBe(4);
  expect(other.of(SQUARES).get("2")).toBeUndefined();
});

it("what is held is made once, even where it counts as nothing", () => {
  const caches = new Caches();
  let made = 0;
  const held = defineHeld(() => {
    made += 1;
    return null;
  });
  expect([caches.of(held), caches.of(held)]).toEqual([null, null]);
  expect(made).toBe(1);
});

it("a cache keeps what was used last, by number or by size", () => {
  const squares = new Caches().of(SQUARES);
  for (const n of [1, 2]) squares.set(String(n), n * n);
  squares.get("1");
  squares.set("3", 9);
  expect([...squares.keys()].toSorted((a, b) => a.localeCompare(b))).toEqual(["1", "3"]);
  const splits = new Caches().of(SPLITS);
  splits.set("a", [1, 2, 3]);
  splits.set("b", [4, 5, 6]);
  expect([...splits.keys()]).toEqual(["b"]);
});

it("a cache counts how often it had the answer, zeros and false included", async () => {
  const cache = new Caches().of(defineCache<number>({ name: "test_counted", max: 9, droppedBy: "nothing" }));
  cache.set("zero", 0);
  cache.get("zero");
  cache.get("zero");
  cache.get("nothing");
  expect(await countLookups("test_counted")).toEqual({ hit: 2, miss: 1 });
});
