import type { LiveDb, Sql } from "@/db/client";
import type { PkBattleRow, PkRow } from "@/db/live/queries/pk-battles";
import { listPkBoosters, listPkGifts, listPkRefunds, readPkFeedEnd } from "@/db/live/queries/pk-gifts";
import type { SideScore } from "@/db/live/queries/pk-work";
import { onSnapshot } from "@/db/transaction";
import { PK_HELPERS_SHOWN } from "@/domain/contracts/pk";
import { PkFold, type PkRule } from "@/domain/rules/pk-fold";
import type { SeqRange } from "@/domain/rules/settle-gifts";

/** Up to where gifts and refunds were read. */
export interface PkFeedEnd {
  seqs: readonly number[];
  refundSeq: number;
}

async function readRule(db: Pick<LiveDb, "sql">, { battle, sides }: PkRow): Promise<PkRule> {
  const { counts, giftId, windowFrom, windowTo } = battle;
  if (!windowFrom || !windowTo) throw new Error("A battle that has not begun has no score.");
  return {
    counts,
    giftId,
    roomIds: sides.map(({ roomId }) => roomId),
    fromMs: windowFrom.getTime(),
    toMs: windowTo.getTime(),
    boosters: await listPkBoosters(db, battle.pkId),
  };
}

function rangesBetween(from: readonly number[], to: readonly number[]): Map<number, SeqRange> {
  const ranges = new Map<number, SeqRange>();
  for (const [bucket, toSeq] of to.entries()) {
    const fromSeq = (from[bucket] ?? 0) + 1;
    if (fromSeq <= toSeq) ranges.set(bucket, { fromSeq, toSeq });
  }
  return ranges;
}

async function addBetween(sql: Sql, fold: PkFold, after: PkFeedEnd, end: PkFeedEnd): Promise<void> {
  const ranges = rangesBetween(after.seqs, end.seqs);
  if (ranges.size > 0) for (const gift of await listPkGifts(sql, ranges, fold.rule)) fold.add(gift);
  if (end.refundSeq > after.refundSeq) {
    const { roomIds, fromMs, toMs } = fold.rule;
    const range = { roomIds, fromMs, toMs, afterSeq: after.refundSeq, toSeq: end.refundSeq };
    for (const gift of await listPkRefunds(sql, range)) fold.takeOff(gift);
  }
}

const startOf = ({ fromSeqs }: PkBattleRow): PkFeedEnd => ({ seqs: fromSeqs ?? [], refundSeq: 0 });
const scoresOf = (fold: PkFold): SideScore[] =>
  fold.result(PK_HELPERS_SHOWN).map((side, i) => ({ roomId: fold.rule.roomIds[i] ?? "", ...side }));

/**
 * The score by all records of the window, on one snapshot: up to the given end, or to what is there now. The same records
 * give the same score whenever it is asked for.
 */
export async function foldPk(
  db: LiveDb,
  row: PkRow,
  until?: PkFeedEnd,
): Promise<{ scores: SideScore[]; end: PkFeedEnd }> {
  return await onSnapshot(db.sql, async (tx) => {
    const fold = new PkFold(await readRule({ sql: tx }, row));
    const end = until ?? (await readPkFeedEnd(tx));
    await addBetween(tx, fold, startOf(row.battle), end);
    return { scores: scoresOf(fold), end };
  });
}

/** The score of a battle that runs, read on from where it was. Nothing of it is needed to go on elsewhere. */
export class RunningFold {
  #fold: PkFold | null = null;
  #end: PkFeedEnd | null = null;
  #ruleKey = "";

  async readOn(db: LiveDb, row: PkRow): Promise<SideScore[]> {
    const rule = await readRule(db, row);
    const key = JSON.stringify(rule);
    // A booster, or a window that ended early: what was added may count differently now.
    if (!this.#fold || key !== this.#ruleKey) {
      this.#fold = new PkFold(rule);
      this.#end = null;
      this.#ruleKey = key;
    }
    const fold = this.#fold;
    const after = this.#end ?? startOf(row.battle);
    try {
      await onSnapshot(db.sql, async (tx) => {
        const end = await readPkFeedEnd(tx);
        await addBetween(tx, fold, after, end);
        this.#end = end;
      });
    } catch (error) {
      // Perhaps half of it was added.
      this.#fold = null;
      throw error;
    }
    return scoresOf(fold);
  }
}
