import type { LiveDb } from "@/db/client";
import type { PkRow } from "@/db/live/queries/pk-battles";
import { listPeople } from "@/db/live/queries/users";
import type { PkBattle } from "@/domain/contracts/pk";

/** Battles as people see them, with the names of who helps. */
export async function showPks(live: LiveDb, rows: readonly PkRow[]): Promise<PkBattle[]> {
  const helperIds = rows.flatMap(({ sides }) => sides.flatMap(({ helpers }) => helpers.map((h) => h.userId)));
  const known = helperIds.filter((id) => id !== null);
  const people = known.length > 0 ? await listPeople(live, [...new Set(known)]) : [];
  const nameOf = new Map(people.map(({ userId, nickname }) => [userId, nickname]));
  return rows.map(({ battle, sides }) => ({
    pkId: battle.pkId,
    pkSeq: battle.seq,
    state: battle.status,
    counts: battle.counts,
    giftId: battle.giftId,
    durationSeconds: battle.durationSeconds,
    inviterId: battle.inviterId,
    sides: sides.map(({ anchorId, nickname, roomId, state, points, helpers }) => ({
      anchorId,
      nickname,
      roomId,
      state,
      points,
      helpers: helpers.map((one) => ({
        userId: one.userId,
        nickname: one.userId === null ? "" : (nameOf.get(one.userId) ?? ""),
        points: one.points,
      })),
    })),
    startsAt: battle.windowFrom?.toISOString() ?? null,
    endsAt: battle.windowTo?.toISOString() ?? null,
    dueAt: battle.dueAt?.toISOString() ?? null,
    outcome: battle.outcome,
    winnerId: battle.winnerId,
    minimumPoints: battle.minimumPoints,
    endReason: battle.endReason,
    isCutShort: battle.isCutShort,
  }));
}

export async function showPk(live: LiveDb, row: PkRow): Promise<PkBattle> {
  const [shown] = await showPks(live, [row]);
  if (!shown) throw new Error("A battle cannot be shown.");
  return shown;
}
