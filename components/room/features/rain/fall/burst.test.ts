import { expect, it } from "vitest";
import { seededRandom } from "../../../../lib/seeded";
import { burstAt, createBurst, PACKET_SCALE_MAX, RING_SCALE_MAX } from "./burst";

const burst = createBurst(seededRandom(5));

it("begins in the packet, throws its coins up and apart, and lets them fall", () => {
  const start = burstAt(burst, 0);
  expect(start.coins.every((coin) => coin.x === 0 && coin.y === 0)).toBe(true);
  const soon = burstAt(burst, 0.16);
  expect(soon.coins.some((coin) => coin.x < -20)).toBe(true);
  expect(soon.coins.some((coin) => coin.x > 20)).toBe(true);
  expect(soon.coins.filter((coin) => coin.y < 0).length).toBeGreaterThan(10);
  expect(soon.packet.scale).toBeGreaterThan(1.3);
  const late = burstAt(burst, 0.99);
  expect(late.coins.some((coin) => coin.y > 100)).toBe(true);
  expect(late.coinOpacity).toBeLessThan(0.1);
});

it("fades out, and never outgrows what is drawn of it", () => {
  const end = burstAt(burst, 1);
  expect([end.packet.opacity, end.ring.opacity, end.coinOpacity]).toEqual([0, 0, 0]);
  for (let progress = 0; progress <= 1; progress += 0.05) {
    const { packet, ring } = burstAt(burst, progress);
    expect(packet.scale).toBeLessThanOrEqual(PACKET_SCALE_MAX);
    expect(ring.scale).toBeLessThanOrEqual(RING_SCALE_MAX);
  }
});
