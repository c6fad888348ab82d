import { type DeadLetterRow, findDeadLetter, listDeadLetters } from "@/db/live/queries/decide-dead-letters";
import type {
  DeadLetter,
  DeadLetterDetail,
  DeadLetterInput,
  DeadLettersInput,
} from "@/domain/contracts/dead-letters";
import { BizError } from "@/domain/contracts/errors";
import { actionsOf } from "@/domain/rules/dead-letter-actions";
import type { SignedInCtx } from "../context";
import { findGenuineClaim, lookAtClaim, readGiftStanding } from "./read-letter";

/** Dead letters for operators, newest first. */
export async function getDeadLetters(
  ctx: SignedInCtx,
  input: DeadLettersInput,
): Promise<{ items: DeadLetter[]; nextCursor: string | null }> {
  const { kind, status = null, cursor = null, limit } = input;
  const queue = kind === undefined ? null : kind === "gift" ? "gifts" : "claims";
  const rows = await listDeadLetters(ctx.live, { queue, status, belowId: cursor, limit });
  const last = rows.at(-1);
  return { items: rows.map(show), nextCursor: rows.length === limit && last ? last.id : null };
}

/** One with what was queued, how it stands now, and what can be done with it. Throws NOT_FOUND. */
export async function getDeadLetter(ctx: SignedInCtx, input: DeadLetterInput): Promise<DeadLetterDetail> {
  const letter = await findDeadLetter(ctx.live, input.deadLetterId);
  if (!letter) throw new BizError("NOT_FOUND", { field: "deadLetterId" });
  const isGift = letter.queue === "gifts";
  const standing = isGift
    ? await readGiftStanding(ctx.live.sql, letter)
    : await lookAtClaim(ctx, await findGenuineClaim(ctx, letter, ctx.traceId));
  return {
    ...show(letter),
    fields: JSON.parse(letter.fields) as string[],
    orderStatus: standing.kind === "gift" ? standing.order : null,
    rainStatus: standing.kind === "claim" ? standing.rain : null,
    actions: letter.status === "open" ? actionsOf(standing) : [],
  };
}

function show(row: DeadLetterRow): DeadLetter {
  const { id, queue, fields: _, effectId: __, decidedAt, createdAt, ...facts } = row;
  return {
    ...facts,
    deadLetterId: id,
    kind: queue === "gifts" ? "gift" : "claim",
    decidedAt: decidedAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}
