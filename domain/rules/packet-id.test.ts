import { v5 } from "uuid";
import { expect, it } from "vitest";
import { packetTradeId } from "./packet-id";

const RAIN = "0197a0b0-1c2d-7e3f-8a4b-5c6d7e8f9a0b";

it("is the uuid v5 of the packet's number in the namespace of the rain", () => {
  expect(packetTradeId(RAIN, 17)).toBe(v5("17", RAIN));
  // Fixed for ever: what stands in the ledger is found by it.
  expect(packetTradeId(RAIN, 0)).toBe("9cbc016a-8f5d-56e6-83f2-a5a18f7b583c");
  expect(packetTradeId(RAIN.toUpperCase(), 17)).toBe(packetTradeId(RAIN, 17));
});

it("differs for every packet and every rain", () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => packetTradeId(RAIN, index));
  expect(new Set(ids).size).toBe(1_000);
  expect(ids).not.toContain(packetTradeId(RAIN.replace("0197", "0198"), 0));
});

it("takes an id of a rain that no version of uuid would have made", () => {
  expect(packetTradeId("ffffffff-0000-0000-0000-000000000001", 1)).toMatch(/^[\da-f-]{36}$/);
});
