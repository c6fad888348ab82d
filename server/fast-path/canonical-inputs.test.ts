import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { GiftSendInput } from "@/domain/contracts/gift";
import { RainClaimInput } from "@/domain/contracts/rain";
import { GIFT_COUNT_MAX } from "@/domain/rules/money";
import { readCanonicalClaim, readCanonicalSend } from "./canonical-inputs";

const uuid = fc.uuid();
const flag = fc.option(fc.boolean(), { nil: undefined });
const send = fc.record({
  giftOrderId: uuid,
  roomId: uuid,
  giftId: fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/),
  count: fc.integer({ min: 1, max: GIFT_COUNT_MAX }),
  comboId: fc.option(uuid, { nil: undefined }),
  anonymous: flag,
  confirmed: flag,
});
const claim = fc.record({ code: fc.stringMatching(/^[\w-]{16,64}$/), roomId: uuid, claimId: uuid });

const WRONG: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -1,
  1.5,
  GIFT_COUNT_MAX,
  GIFT_COUNT_MAX + 1,
  2 ** 53,
  "",
  "1",
  "Rose",
  "rose\n",
  "a".repeat(33),
  "a".repeat(65),
  `${"a".repeat(16)}\n`,
  "00000000-0000-4000-8000-00000000000A",
  "00000000-0000-4000-8000-00000000000a\n",
  "00000000-0000-4000-8000-00000000000",
  [],
  {},
];

const asSent = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? "null");

const readers: [string, fc.Arbitrary<object>, (value: unknown) => unknown, z.ZodType][] = [
  ["gift.send", send, readCanonicalSend, GiftSendInput],
  ["rain.claim", claim, readCanonicalClaim, RainClaimInput],
];

describe.each(readers)("the input of %s", (_, input, readCanonical, contract) => {
  it("is taken as our own pages send it", () => {
    fc.assert(
      fc.property(input, (value) => {
        expect(readCanonical(asSent(value))).toEqual(contract.parse(asSent(value)));
      }),
    );
  });

  it("is never taken where the contract refuses it, or makes something else of it", () => {
    fc.assert(
      fc.property(
        input,
        fc.nat(),
        fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...WRONG) }, fc.jsonValue(), fc.string()),
        (value, at, wrong) => {
          const fields = Object.keys(value);
          const changed = asSent({ ...value, [fields[at % fields.length] ?? ""]: wrong, more: 1 });
          const read = readCanonical(changed);
          if (read !== null) expect(read).toEqual(contract.parse(changed));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([null, undefined, 7, "text", [], [1], true])(
    "is left to the contract where it is no object: %j",
    (value) => {
      expect(readCanonical(value)).toBeNull();
    },
  );
});
