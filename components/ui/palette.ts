import { hashOf } from "../lib/seeded";

/** Skies that covers, stages and avatars are painted with: high sky, horizon, light, hills. */
export const SKIES = [
  { high: "#12103a", low: "#a2345c", light: "#ffb27a", hills: "#1a0f33" },
  { high: "#07142f", low: "#1f6f8b", light: "#ffe6a8", hills: "#06192c" },
  { high: "#1a0d2e", low: "#d2452d", light: "#ffd472", hills: "#2a0f1f" },
  { high: "#0b1030", low: "#4a4fc0", light: "#f3ecff", hills: "#0c0f2e" },
  { high: "#0a1c26", low: "#2f8f6d", light: "#fff1b8", hills: "#07201f" },
  { high: "#20102c", low: "#c2557f", light: "#ffe0d0", hills: "#240f2b" },
  { high: "#0d1226", low: "#7b5ad6", light: "#ffc6f0", hills: "#150f33" },
  { high: "#111325", low: "#b5651d", light: "#ffe19a", hills: "#1d1420" },
] as const;

export type Sky = (typeof SKIES)[number];

export function skyOf(id: string): Sky {
  return SKIES[hashOf(id) % SKIES.length] ?? SKIES[0];
}
