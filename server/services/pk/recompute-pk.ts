import type { LiveDb } from "@/db/client";
import { findPk, listSettledPkIds } from "@/db/live/queries/pk-battles";
import { foldPk } from "./fold-pk";

export interface PkDifference {
  pkId: string;
  roomId: string;
  shownPoints: number;
  recomputedPoints: number;
}

/** Folds settled battles anew from the records of gifts, and says where what was shown differs. */
export async function recomputePks(
  live: LiveDb,
  pkId?: string,
): Promise<{ checked: number; differences: PkDifference[] }> {
  const differences: PkDifference[] = [];
  let checked = 0;
  let afterId: string | null = null;
  for (;;) {
    const ids: string[] = pkId === undefined ? await listSettledPkIds(live, afterId) : [pkId];
    for (const id of ids) {
      const row = await findPk(live, id);
      if (!row?.battle.toSeqs || row.battle.refundSeq === null) continue;
      checked++;
      const until = { seqs: row.battle.toSeqs, refundSeq: row.battle.refundSeq };
      const { scores } = await foldPk(live, row, until);
      for (const [i, { roomId, points, helpers }] of row.sides.entries()) {
        const again = scores[i];
        if (again?.points === points && sameHelpers(again.helpers, helpers)) continue;
        differences.push({ pkId: id, roomId, shownPoints: points, recomputedPoints: again?.points ?? 0 });
      }
    }
    afterId = ids.at(-1) ?? null;
    if (pkId !== undefined || afterId === null) return { checked, differences };
  }
}

const sameHelpers = (
  a: readonly { userId: string | null; points: number }[],
  b: readonly { userId: string | null; points: number }[],
) => a.length === b.length && a.every((one, i) => one.userId === b[i]?.userId && one.points === b[i]?.points);
