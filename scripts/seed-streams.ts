import type { SeedStream } from "@/db/live/queries/seed-history";
import { dayStart } from "@/domain/rules/calendar";
import { DEMO_ANCHOR_PHONES } from "@/domain/rules/demo-users";
import { demoId, demoRoomTitle } from "./seed-demo";

const DAYS = 30;
const STREAM_FROM_HOUR = 19;
const STREAM_HOURS = 3;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Each anchor streams every third evening, for three hours; regulars come back, guests look in. */
export function makeStreams(
  regulars: readonly string[],
  { nowMs, random }: { nowMs: number; random: () => number },
): SeedStream[] {
  const endMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const streams: SeedStream[] = [];
  for (let day = DAYS - 1; day >= 0; day--) {
    const evening = new Date(dayStart(endMs - day * DAY_MS).getTime() + STREAM_FROM_HOUR * HOUR_MS);
    const endedAt = new Date(evening.getTime() + STREAM_HOURS * HOUR_MS);
    if (endedAt.getTime() > endMs) continue;
    for (const [i, phone] of DEMO_ANCHOR_PHONES.entries()) {
      if ((day + i) % 3 !== 0) continue;
      const watched = (hoursMax: number) => Math.floor((0.05 + 0.95 * random()) * hoursMax * HOUR_MS);
      const members = regulars.filter(() => random() < 0.5);
      const guests = Array.from({ length: 60 }, (_, n) => demoId(`looker-on:${n}`)).filter(
        () => random() < 0.25,
      );
      streams.push({
        sessionId: demoId(`stream:${phone}:${evening.toISOString()}`),
        roomId: demoId(`room:${phone}`),
        title: demoRoomTitle(i),
        startedAt: evening,
        endedAt,
        visits: [
          ...members.map((visitorId) => ({ visitorId, isGuest: false, watchedMs: watched(STREAM_HOURS) })),
          ...guests.map((visitorId) => ({ visitorId, isGuest: true, watchedMs: watched(1) })),
        ],
      });
    }
  }
  return streams;
}
