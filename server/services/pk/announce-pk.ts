import type { PkRow } from "@/db/live/queries/pk-battles";
import { recordPkAnnounced } from "@/db/live/queries/pk-work";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { Resources } from "../context";
import { publishRoomEvents } from "../room/publish-room-events";
import { showPk } from "./show-pk";

type PkResources = Pick<Resources, "live" | "redis" | "push" | "log">;

function eventOf({ status, outcome }: PkRow["battle"]): "pk.started" | "pk.updated" | "pk.ended" {
  if (status === "countdown") return "pk.started";
  return status === "settled" || (status === "closed" && outcome === null) ? "pk.ended" : "pk.updated";
}

/**
 * Tells every room of a battle, and its anchors, how it stands. What was told before may be told again: of two, whoever
 * listens takes the higher number. Throws what Redis threw; then it is told again.
 */
export async function announcePk(
  resources: PkResources,
  row: PkRow,
  { onlyScores = false }: { onlyScores?: boolean } = {},
): Promise<void> {
  const { battle, sides } = row;
  const { pkId, seq, status, traceId } = battle;
  const shown = await showPk(resources.live, row);
  if (battle.windowFrom) {
    const event = { event: eventOf(battle), traceId, body: shown };
    for (const { roomId } of sides) {
      await publishRoomEvents({ ...resources, traceId }, roomId, [event], sharedNow());
    }
  }
  if (!onlyScores) await tellAnchors(resources, row);
  await recordPkAnnounced(resources.live, pkId, seq);
  resources.log.debug({ pkId, seq, status }, "a battle was told");
}

/** Never throws: screens of anchors ask by themselves as well. */
async function tellAnchors({ push, log }: PkResources, { battle, sides }: PkRow): Promise<void> {
  const { pkId, seq, status, inviterId, dueAt } = battle;
  const inviter = sides.find(({ anchorId }) => anchorId === inviterId);
  const invited =
    status === "invited" && dueAt && inviter
      ? sides
          .filter(({ state }) => state === "invited")
          .map(({ anchorId }) => ({
            userId: anchorId,
            event: "pk.invited" as const,
            data: { pkId, inviterId, nickname: inviter.nickname, expiresAt: dueAt.toISOString() },
          }))
      : [];
  const changed = sides.map(({ anchorId }) => ({
    userId: anchorId,
    event: "pk.changed" as const,
    data: { pkId, pkSeq: seq, state: status },
  }));
  await push
    .sendUserEvents([...invited, ...changed])
    .catch((error: unknown) => log.debug({ reason: String(error) }, "anchors could not be told of a battle"));
}
