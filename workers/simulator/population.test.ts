import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { STORED_UUID } from "@/domain/contracts/ids";
import { BUCKET_COUNT, bucketOf } from "@/domain/rules/bucket";
import { BEHAVIOUR } from "./behaviour";
import { type PlannedPerson, planPeople, simulatedId, sizeOf } from "./population";

const size = { anchors: 20, viewers: 20_000, guests: 5_000 };
const people = [...planPeople(BEHAVIOUR, 1, size)];
const viewers = people.filter(({ kind }) => kind === "viewer");

/** Part of the viewers of whom it is true. */
const partOf = (isSo: (person: PlannedPerson) => boolean) => viewers.filter(isSo).length / viewers.length;

describe("planPeople", () => {
  it("gives the same people for the same seed and size, each kind as often as asked", () => {
    fc.assert(
      fc.property(
        fc.nat(1_000_000),
        fc.record({ anchors: fc.nat(5), viewers: fc.nat(50), guests: fc.nat(20) }),
        (seed, some) => {
          const planned = [...planPeople(BEHAVIOUR, seed, some)];
          expect(planned).toEqual([...planPeople(BEHAVIOUR, seed, some)]);
          expect(planned).toHaveLength(sizeOf(some));
          expect(planned.filter(({ kind }) => kind === "anchor")).toHaveLength(some.anchors);
          expect(planned.filter(({ kind }) => kind === "guest")).toHaveLength(some.guests);
          for (const { kind, coins, birthYear } of planned) {
            expect(Number.isSafeInteger(coins) && coins >= 0).toBe(true);
            expect(birthYear).toBeGreaterThanOrEqual(1955);
            if (kind === "guest") expect(coins).toBe(0);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it("has the genders, regions and communities that were planted", () => {
    for (const { value, part } of BEHAVIOUR.genders)
      expect(partOf((p) => p.gender === value)).toBeCloseTo(part, 1);
    for (const { value, part } of BEHAVIOUR.regions)
      expect(partOf((p) => p.region === value)).toBeCloseTo(part, 1);
    expect(partOf((p) => p.community === null)).toBeCloseTo(BEHAVIOUR.withoutCommunity, 1);
    expect(partOf((p) => p.community === 0)).toBeCloseTo(0.4, 1);
    expect(new Set(people.filter(({ kind }) => kind === "anchor").map((p) => p.community)).size).toBe(2);
  });

  it("makes few people rich: the upper tenth has most of the coins", () => {
    const coins = viewers.map((viewer) => viewer.coins).sort((a, b) => b - a);
    const sum = (some: number[]) => some.reduce((all, one) => all + one, 0);
    expect(sum(coins.slice(0, coins.length / 10)) / sum(coins)).toBeGreaterThan(0.5);
    expect(partOf((p) => p.coins === 0)).toBeCloseTo(BEHAVIOUR.wealth.penniless, 1);
  });
});

describe("simulatedId", () => {
  it("is an id, another one for each person, and in every bucket about as often", () => {
    const buckets = Array.from({ length: BUCKET_COUNT }, () => 0);
    const ids = people.map(({ ordinal }) => simulatedId("person", 3, ordinal));
    for (const id of ids) {
      expect(id).toMatch(STORED_UUID);
      buckets[bucketOf(id)] = (buckets[bucketOf(id)] as number) + 1;
    }
    expect(new Set(ids).size).toBe(ids.length);
    const fair = ids.length / BUCKET_COUNT;
    expect(Math.min(...buckets)).toBeGreaterThan(fair * 0.7);
    expect(Math.max(...buckets)).toBeLessThan(fair * 1.3);
  });
});
