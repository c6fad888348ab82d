import { expect, it } from "vitest";
import type { SimulatorSample } from "@/domain/contracts/simulator";
import { toLivePoints } from "./live-points";

const look = (atSeconds: number, intended: number): SimulatorSample => ({
  atSeconds,
  giftsPerSecond: 10,
  gifts: { intended, sent: intended, accepted: intended, paid: 0, failed: 0, refused: {} },
  answered: null,
  ownLag: null,
  queued: 0,
  present: 1,
  sockets: 0,
  cores: { web: 0.25, redis: 0.5 },
});

it("makes counts of a second, also of the first look that is shown", () => {
  const samples = [look(2, 20), look(4, 60), look(8, 100)];
  expect(toLivePoints(samples, 10).map(({ intended }) => intended)).toEqual([10, 20, 10]);
  expect(toLivePoints(samples, 2).map(({ intended }) => intended)).toEqual([20, 10]);
  expect(toLivePoints(samples, 1)[0]).toMatchObject({ atSeconds: 8, cores: 0.8, p99Ms: null });
});

it("leaves a look out that came at once after another", () => {
  const samples = [look(2, 20), look(4, 60), look(4.01, 61)];
  expect(toLivePoints(samples, 10)).toHaveLength(2);
});
