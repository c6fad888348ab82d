import { expect, it } from "vitest";
import { seededRandom } from "../../lib/seeded";
import { BURST_MS, burstAt, createBurst } from "./burst";

const burst = createBurst(200, 300, 60, "vermilion", 1_000, seededRandom(5));

it("begins in the packet, throws its coins up and apart, and lets them fall", () => {
  const start = burstAt(burst, 1_000);
  expect(start?.coins.every((coin) => coin.x === 200 && coin.y === 300)).toBe(true);
  const soon = burstAt(burst, 1_150);
  expect(soon?.coins.some((coin) => coin.x < 180)).toBe(true);
  expect(soon?.coins.some((coin) => coin.x > 220)).toBe(true);
  expect(soon?.coins.filter((coin) => coin.y < 300).length).toBeGreaterThan(10);
  expect(soon?.packet.scale).toBeGreaterThan(1.3);
  const late = burstAt(burst, 1_000 + BURST_MS - 10);
  expect(late?.coins.some((coin) => coin.y > 400)).toBe(true);
  expect(late?.coinOpacity).toBeLessThan(0.1);
});

it("ends", () => expect(burstAt(burst, 1_000 + BURST_MS)).toBeNull());
