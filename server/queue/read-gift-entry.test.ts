import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ZodError } from "zod";
import { GiftQueueEntry } from "@/domain/contracts/gift";
import { GIFT_COUNT_MAX, PRICE_COINS_MAX } from "@/domain/rules/money";
import { readCanonicalEntry, readGiftEntry } from "./read-gift-entry";
import { writeGiftEntry } from "./write-gift-entry";

const uuid = fc.uuid();
/** Without what it came by: an entry may have none. */
const unsigned = fc.record({
  giftOrderId: uuid,
  senderId: uuid,
  senderName: fc.string({ unit: "grapheme" }),
  roomId: uuid,
  sessionId: uuid,
  anchorId: uuid,
  giftId: fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/),
  count: fc.integer({ min: 1, max: GIFT_COUNT_MAX }),
  priceCoins: fc.integer({ min: 1, max: PRICE_COINS_MAX }),
  comboId: fc.option(uuid),
  anonymous: fc.boolean(),
  traceId: fc.stringMatching(/^[0-9a-f]{32}$/),
  sentAt: fc
    .date({
      min: new Date("0000-01-01T00:00:00.000Z"),
      max: new Date("9999-12-31T23:59:59.999Z"),
      noInvalidDate: true,
    })
    .map((date) => date.toISOString()),
});
const entry: fc.Arbitrary<GiftQueueEntry> = fc.oneof(
  unsigned,
  fc.tuple(unsigned, uuid).map(([gift, nonce]) => ({ ...gift, nonce })),
);
const FIELDS = Object.keys(GiftQueueEntry.shape) as (keyof GiftQueueEntry)[];

/** What a field must not become unnoticed: other types, values at and beyond each bound, texts that look nearly right. */
const WRONG: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -0,
  -1,
  1,
  1.5,
  GIFT_COUNT_MAX,
  GIFT_COUNT_MAX + 1,
  PRICE_COINS_MAX,
  PRICE_COINS_MAX + 1,
  2 ** 53,
  Number.NaN,
  "",
  "1",
  "Rose",
  "rose\n",
  "a".repeat(33),
  "00000000-0000-4000-8000-00000000000A",
  "00000000-0000-4000-8000-00000000000a\n",
  "00000000-0000-4000-8000-00000000000",
  "2026-02-29T10:00:00.000Z",
  "2024-02-29T10:00:00.000Z",
  "2026-02-30T10:00:00.000Z",
  "2026-13-01T10:00:00.000Z",
  "2026-11-28T24:00:00.000Z",
  "2026-11-28T10:00:00Z",
  "2026-11-28T10:00:00.000+00:00",
  "2026-11-28 10:00:00.000Z",
  "+010000-01-01T00:00:00.000Z",
  "-000001-01-01T00:00:00.000Z",
  [],
  {},
];

/** Nicknames with whatever a text can hold, halves of surrogate pairs and what JSON has to quote included. */
const anyName = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.constant('\ud800"\\\u2028小明'),
);

/** Another object than the one that was written: what JSON makes of it. */
const queued = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? "null");

/** What reading makes of it, and what the contract does: the gift, or what is wrong with it. */
function readOf(value: unknown): unknown {
  try {
    return readGiftEntry(value, 7);
  } catch (error) {
    return error instanceof ZodError ? error.issues : error;
  }
}
function byContract(value: unknown): unknown {
  const { data, error } = GiftQueueEntry.safeParse(value);
  return data ? { ...data, bucket: 7 } : error?.issues;
}

describe("writing an entry", () => {
  it("is JSON in ASCII that says what the gift says", () => {
    fc.assert(
      fc.property(entry, anyName, (gift, senderName) => {
        const text = writeGiftEntry({ ...gift, senderName });
        expect(JSON.parse(text)).toStrictEqual({ ...gift, senderName });
        expect(text).toMatch(/^[ -\u007f]*$/);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps names apart, however many there are", () => {
    const [gift] = fc.sample(entry, 1) as [GiftQueueEntry];
    for (let n = 0; n < 25_000; n++) {
      const senderName = `"名${n % 11_000}`;
      expect((JSON.parse(writeGiftEntry({ ...gift, senderName })) as GiftQueueEntry).senderName).toBe(
        senderName,
      );
    }
  });
});

describe("reading an entry", () => {
  it("takes every gift that the web process writes without asking the contract", () => {
    fc.assert(
      fc.property(entry, fc.nat(63), (gift, bucket) => {
        expect(readCanonicalEntry(queued(gift), bucket)).toStrictEqual({ ...gift, bucket });
        expect(GiftQueueEntry.parse(queued(gift))).toEqual(gift);
      }),
    );
  });

  it.each(FIELDS)("never takes what the contract refuses, or makes something else of it: %s", (field) => {
    const [gift] = fc.sample(entry, 1) as [GiftQueueEntry];
    for (const value of WRONG) {
      const changed = queued({ ...gift, [field]: value });
      expect(readOf(changed)).toStrictEqual(byContract(changed));
    }
  });

  it("agrees with the contract on anything else in place of a field", () => {
    fc.assert(
      fc.property(
        entry,
        fc.constantFrom(...FIELDS),
        fc.oneof(fc.jsonValue(), fc.string()),
        (gift, field, value) => {
          const changed = queued({ ...gift, [field]: value });
          expect(readOf(changed)).toStrictEqual(byContract(changed));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("drops what the contract does not know, and takes the bucket it was read from, not one that was written", () => {
    fc.assert(
      fc.property(entry, (gift) => {
        const more = { ...gift, bucket: 9, totalCoins: 1 };
        expect(readGiftEntry(queued(more), 7)).toStrictEqual({ ...gift, bucket: 7 });
      }),
      { numRuns: 20 },
    );
  });

  it.each([null, 7, "text", [], [1], true])("refuses what is no object: %j", (value) => {
    expect(readCanonicalEntry(value, 7)).toBeNull();
    expect(() => readGiftEntry(value, 7)).toThrow(ZodError);
  });
});
