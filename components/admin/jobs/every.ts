/** Units in which people say how often something happens, the largest first. */
export const EVERY_UNITS = ["days", "hours", "minutes", "seconds"] as const;
export type EveryUnit = (typeof EVERY_UNITS)[number];

const UNIT_MS: Record<EveryUnit, number> = {
  days: 86_400_000,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1_000,
};

/** In the largest unit of which it is a whole number; less than whole seconds are parts of one. */
export function splitEvery(everyMs: number): { count: number; unit: EveryUnit } {
  const unit = EVERY_UNITS.find((one) => everyMs % UNIT_MS[one] === 0) ?? "seconds";
  return { count: everyMs / UNIT_MS[unit], unit };
}

export const joinEvery = (count: number, unit: EveryUnit): number => Math.round(count * UNIT_MS[unit]);
