import { expect, test } from "vitest";
import { scatter } from "../art/svg-kit";
import { createBurst, stepParticles } from "./particles";

test("a burst is bounded whatever is asked for", () => {
  expect(createBurst("crown", 0, 0, 10_000, scatter(1)).length).toBeLessThan(100);
});

test("an unknown effect bursts too, so that a new gift needs no new build", () => {
  for (const effect of ["not-drawn-yet", "constructor", "__proto__", "toString"]) {
    expect(createBurst(effect, 0, 0, 12, scatter(1))).toHaveLength(12);
  }
});

test("particles spread out, fall and die", () => {
  let particles = createBurst("hearts", 50, 50, 20, scatter(3));
  const first = particles.map((particle) => particle.vy);
  particles = stepParticles(particles, 0.1);
  expect(particles.every((particle) => particle.x !== 50)).toBe(true);
  for (let step = 0; step < 8; step += 1) particles = stepParticles(particles, 0.05);
  expect(particles.some((particle) => particle.vy > Math.max(...first))).toBe(true);
  for (let step = 0; step < 40; step += 1) particles = stepParticles(particles, 0.05);
  expect(particles).toEqual([]);
});
