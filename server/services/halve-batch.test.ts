import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BatchWork, halveBatch, Neighbours } from "./halve-batch";

const withCode = (code: string) => Object.assign(new Error(code), { code });
const OWN = withCode("22003");
const STORE = withCode("42703");
const AWAY = withCode("53100");
const LOCKED = withCode("55P03");
const DEFECT = new TypeError("x is not a function");

interface Done {
  passed: number[];
  givenUp: number[];
}

/** Items are numbers; `fails` says what a store throws for a batch that has this one in it. */
function workOf(fails: (item: number) => Error | undefined, more: Partial<BatchWork<number, Done>> = {}) {
  const calls: (readonly number[])[] = [];
  const batch: BatchWork<number, Done> = {
    work: async (items) => {
      calls.push(items);
      for (const item of items) {
        const problem = fails(item);
        if (problem) throw problem;
      }
      return { passed: [...items], givenUp: [] };
    },
    isProof: ({ passed }) => passed.length > 0,
    nameOf: String,
    groupOf: (item) => item % 10,
    isOwnFault: (problem) => problem === OWN,
    giveUp: async (item) => ({ passed: [], givenUp: [item] }),
    onSplit: () => undefined,
    ...more,
  };
  return { batch, calls };
}
const range = (length: number) => Array.from({ length }, (_, i) => i);
const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b);
function partsOf({ results, held }: Awaited<ReturnType<typeof halveBatch<number, Done>>>) {
  return {
    passed: sorted(results.flatMap(({ passed }) => passed)),
    givenUp: sorted(results.flatMap(({ givenUp }) => givenUp)),
    held: sorted(held.map(({ item }) => item)),
  };
}

describe("halveBatch", () => {
  it("works on all at once where nothing fails", async () => {
    const { batch, calls } = workOf(() => undefined);
    expect(partsOf(await halveBatch(range(100), batch))).toMatchObject({ passed: range(100), held: [] });
    expect(calls).toHaveLength(1);
  });

  it("gives up exactly what is at fault, once its neighbours have passed", async () => {
    const bad = [0, 1, 57, 99];
    const { batch } = workOf((item) => (bad.includes(item) ? OWN : undefined));
    expect(partsOf(await halveBatch(range(100), batch))).toEqual({
      passed: range(100).filter((item) => !bad.includes(item)),
      givenUp: bad,
      held: [],
    });
  });

  it.each([1, 2, 9, 500])(
    "gives up nothing of %d that all fail alike, and asks only a few times",
    async (count) => {
      const { batch, calls } = workOf(() => OWN);
      expect(partsOf(await halveBatch(range(count), batch))).toEqual({
        passed: [],
        givenUp: [],
        held: range(count),
      });
      expect(calls.length).toBeLessThanOrEqual(10);
    },
  );

  it("gives one up that stood alone, when another has passed since, and not before", async () => {
    const neighbours = new Neighbours();
    const { batch } = workOf((item) => (item === 7 ? OWN : undefined));
    await halveBatch([1], batch, neighbours);
    // What passed before says nothing of now.
    expect(partsOf(await halveBatch([7], batch, neighbours))).toMatchObject({ givenUp: [], held: [7] });
    expect(partsOf(await halveBatch([7], batch, neighbours))).toMatchObject({ givenUp: [], held: [7] });
    await halveBatch([2], batch, neighbours);
    expect(partsOf(await halveBatch([7], batch, neighbours))).toMatchObject({ givenUp: [7], held: [] });
  });

  it("gives up nothing that fails no more when it is tried after the others passed", async () => {
    let isMended = false;
    const { batch } = workOf((item) => (item === 7 && !isMended ? OWN : undefined));
    const work: typeof batch.work = async (items, isAgain) => {
      const result = await batch.work(items, isAgain);
      // Mended between its failure and the first that passes.
      isMended = true;
      return result;
    };
    expect(partsOf(await halveBatch(range(20), { ...batch, work }))).toEqual({
      passed: range(20),
      givenUp: [],
      held: [],
    });
  });

  it("takes what was there before for no sign that anything can be written", async () => {
    const { batch } = workOf((item) => (item === 7 ? OWN : undefined), { isProof: () => false });
    expect(partsOf(await halveBatch(range(20), batch))).toMatchObject({ givenUp: [], held: [7] });
  });

  it.each([STORE, DEFECT])("holds what fails for %s, however often its neighbours pass", async (problem) => {
    const neighbours = new Neighbours();
    const { batch } = workOf((item) => (item === 7 ? problem : undefined));
    for (let tries = 0; tries < 3; tries++) {
      expect(partsOf(await halveBatch(range(50), batch, neighbours))).toEqual({
        passed: range(50).filter((item) => item !== 7),
        givenUp: [],
        held: [7],
      });
    }
  });

  it("throws where a store is away, whatever else is in the batch", async () => {
    const { batch } = workOf((item) => (item === 3 ? OWN : item === 4 ? AWAY : undefined));
    await expect(halveBatch(range(9), batch)).rejects.toBe(AWAY);
  });

  it("holds the whole group whose row is held, and works on all others, without trying each", async () => {
    const { batch, calls } = workOf((item) => (item === 23 ? LOCKED : undefined));
    expect(partsOf(await halveBatch(range(200), batch))).toEqual({
      passed: range(200).filter((item) => item % 10 !== 3),
      givenUp: [],
      held: range(200).filter((item) => item % 10 === 3),
    });
    expect(calls.length).toBeLessThanOrEqual(9);
  });

  it("holds what is at fault when giving it up cannot be recorded", async () => {
    const { batch } = workOf((item) => (item === 7 ? OWN : undefined), {
      giveUp: () => Promise.reject(STORE),
    });
    expect(partsOf(await halveBatch(range(20), batch))).toMatchObject({ givenUp: [], held: [7] });
  });

  it("leaves out nothing and does nothing twice, whatever fails how", async () => {
    const problem = fc.constantFrom(undefined, undefined, undefined, OWN, STORE, LOCKED, DEFECT);
    await fc.assert(
      fc.asyncProperty(fc.array(problem, { maxLength: 60 }), async (problems) => {
        const { batch } = workOf((item) => problems[item]);
        const { passed, givenUp, held } = partsOf(await halveBatch(range(problems.length), batch));
        expect(sorted([...passed, ...givenUp, ...held])).toEqual(range(problems.length));
        for (const item of passed) expect(problems[item]).toBeUndefined();
        for (const item of givenUp) expect(problems[item]).toBe(OWN);
        if (passed.length === 0) expect(givenUp).toEqual([]);
      }),
    );
  });
});
