import { addPresent, addStays, listPresent, lockVisits, removePresent } from "@/db/live/queries/visits";
import { roomChannel } from "@/domain/contracts/events";
import { counter } from "@/platform/observability/metrics";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { Resources } from "../context";
import { readViewerName } from "../room/name-viewer";

const mended = counter(
  "downpour_visits_mended_total",
  "Rooms in which those who are there had to be asked for by name: the gateway's Redis had lost visits",
);

/**
 * Rooms where others are than the visits say, as after the gateway's Redis lost some: who is not there left when it was last
 * known that they were, and who is there without having come has come now. Safe to repeat.
 */
export async function mendPresence(
  resources: Pick<Resources, "live" | "push" | "env" | "log">,
  { part, roomIds, agreedAt }: { part: number; roomIds: readonly string[]; agreedAt: Date },
): Promise<void> {
  const { live, push, env, log } = resources;
  for (const roomId of roomIds) {
    const names = await push.listViewers(roomChannel(roomId));
    const there = new Map(
      names.map((name) => {
        const visitor = readViewerName(env, roomId, name);
        return [visitor.visitorId, visitor];
      }),
    );
    const since = sharedNow();
    await lockVisits(live.sql, async (tx) => {
      const known = await listPresent(tx, roomId);
      const gone = known.filter(({ visitorId }) => !there.has(visitorId));
      await addStays(
        tx,
        gone.flatMap(({ since: from, ...person }) =>
          from < agreedAt ? [{ ...person, from, to: agreedAt }] : [],
        ),
      );
      await removePresent(tx, gone);
      for (const { visitorId } of known) there.delete(visitorId);
      await addPresent(
        tx,
        part,
        [...there.values()].map((visitor) => ({ ...visitor, roomId, since })),
      );
    });
    mended.inc();
    log.warn({ roomId }, "visits of a room were lost; who is there was asked for by name");
  }
}
