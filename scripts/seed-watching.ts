import type { LiveDb } from "@/db/client";
import { addWatchDays, type WatchDay } from "@/db/live/queries/watch-days";
import { addDays } from "@/domain/rules/affinity";
import { dayOf } from "@/domain/rules/calendar";
import { DEMO_ANCHOR_PHONES } from "@/domain/rules/demo-users";
import { demoId } from "./seed-demo";

const DAYS = 30;
const MINUTES_MIN = 10;
const MINUTES_MAX = 90;
/** Piano and tea have one crowd, ranked games and street dance another; whoever cooks has a bit of both. */
const CROWDS = [
  [0, 2],
  [1, 3],
] as const;
const ANYBODY = 4;

/** Whom somebody of the demo watches: their first anchor, their second, and now and then another. */
export interface Fan {
  userId: string;
  crowd: 0 | 1;
  /** They do not know the second anchor of their crowd yet. */
  isNew: boolean;
}

/** Regulars know both anchors of their crowd; of the demo's own viewers those of the first crowd do not know the second. */
export const toFans = (regulars: readonly string[], viewers: readonly string[]): Fan[] => [
  ...regulars.map((userId, i): Fan => ({ userId, crowd: i % 10 < 6 ? 0 : 1, isNew: false })),
  ...viewers.map((userId, i): Fan => ({ userId, crowd: i % 2 === 0 ? 0 : 1, isNew: i % 2 === 0 })),
];

/** The number of the anchor to whom a fan goes this time. */
export function chooseAnchor({ crowd, isNew }: Fan, random: () => number): number {
  const [first, second] = CROWDS[crowd];
  const draw = random();
  if (draw < 0.5) return first;
  if (draw < 0.85) return isNew ? first : second;
  return ANYBODY;
}

/** A month of watching before an instant, once: the same in every demo of one day. */
export async function seedWatching(
  live: LiveDb,
  fans: readonly Fan[],
  { nowMs, random }: { nowMs: number; random: () => number },
): Promise<void> {
  const days: WatchDay[] = [];
  const today = dayOf(nowMs);
  for (let ago = DAYS; ago >= 1; ago--) {
    for (const fan of fans) {
      if (random() < 0.5) continue;
      const phone = DEMO_ANCHOR_PHONES[chooseAnchor(fan, random)];
      const minutes = MINUTES_MIN + Math.floor(random() * (MINUTES_MAX - MINUTES_MIN));
      days.push({
        day: addDays(today, -ago),
        roomId: demoId(`room:${phone}`),
        visitorId: fan.userId,
        watchedMs: minutes * 60_000,
      });
    }
  }
  await addWatchDays(live, days);
}
