import { findPk, findPkOfRoom, listPkCandidates, listPksOf } from "@/db/live/queries/pk-battles";
import { BizError } from "@/domain/contracts/errors";
import type { MyPk, PkBattle, PkCandidate, PkCandidatesInput, PkIdInput } from "@/domain/contracts/pk";
import type { Ctx, SignedInCtx } from "../context";
import { requireEntry } from "../room/entrance";
import { showPk, showPks } from "./show-pk";

/** The battle that a room shows now; null when there is none. Throws NOT_FOUND, ROOM_BANNED, KICKED. */
export async function getCurrentPk(ctx: Ctx, { roomId }: { roomId: string }): Promise<PkBattle | null> {
  await requireEntry(ctx, roomId);
  const row = await findPkOfRoom(ctx.live, roomId);
  return row ? await showPk(ctx.live, row) : null;
}

/** How a battle stands or ended; kept for ever. Nobody knows of one that never began. Throws NOT_FOUND. */
export async function getPkResult(ctx: Ctx, { pkId }: PkIdInput): Promise<PkBattle> {
  const row = await findPk(ctx.live, pkId);
  if (!row?.battle.windowFrom) throw new BizError("NOT_FOUND", { field: "pkId" });
  return await showPk(ctx.live, row);
}

/** The caller's battle, the invitations that wait for an answer, and the latest battles that are over. */
export async function getMyPk(ctx: SignedInCtx): Promise<MyPk> {
  const { current, invitations, history } = await listPksOf(ctx.live, ctx.session.userId);
  const rows = [...(current ? [current] : []), ...invitations, ...history];
  const shown = await showPks(ctx.live, rows);
  const from = current ? 1 : 0;
  return {
    current: current ? (shown[0] ?? null) : null,
    invitations: shown.slice(from, from + invitations.length),
    history: shown.slice(from + invitations.length),
  };
}

/** Live anchors who may be asked, by the beginning of their nickname. */
export async function listCandidates(ctx: SignedInCtx, { name }: PkCandidatesInput): Promise<PkCandidate[]> {
  return await listPkCandidates(ctx.live, { anchorId: ctx.session.userId, nameStart: name });
}
