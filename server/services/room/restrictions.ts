import { listRestrictionsInForce } from "@/db/live/queries/room-restrictions";
import type { Resources } from "../context";

/** Stands for "for good", so that a client can always compare times. */
const FOR_GOOD = new Date("9999-12-31T23:59:59.000Z");

export interface Restrictions {
  kickedUntil: Date | null;
  mutedUntil: Date | null;
}

/** Until when a user is kept out of a room, or may not chat in it; null when they are free to. */
export async function readRestrictions(
  resources: Pick<Resources, "live">,
  input: { roomId: string; userId: string },
): Promise<Restrictions> {
  const rows = await listRestrictionsInForce(resources.live, { ...input, now: new Date() });
  const latest = (kind: "kick" | "mute") =>
    rows
      .filter((row) => row.kind === kind)
      .map((row) => row.until ?? FOR_GOOD)
      .reduce<Date | null>((last, until) => (last && last > until ? last : until), null);
  return { kickedUntil: latest("kick"), mutedUntil: latest("mute") };
}
