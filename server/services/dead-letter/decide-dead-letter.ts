import { compensateClaimWithin } from "@/db/live/queries/compensate-claim";
import {
  type DeadLetterRow,
  decideDeadLetterOnce,
  type LetterDecision,
} from "@/db/live/queries/decide-dead-letters";
import { refundWithin } from "@/db/live/queries/gift-refunds";
import { failGiftWithin, isDecidedWithin } from "@/db/live/queries/give-up-gift";
import { postClaimsWithin } from "@/db/live/queries/post-claims";
import type {
  CreditDeadLetterInput,
  DeadLetterAction,
  DeadLetterDetail,
  DecideDeadLetterInput,
} from "@/domain/contracts/dead-letters";
import { BizError } from "@/domain/contracts/errors";
import { bucketOf } from "@/domain/rules/bucket";
import { actionsOf } from "@/domain/rules/dead-letter-actions";
import { isRefusedValue } from "@/domain/rules/driver-errors";
import { actingOperator } from "../approval/acting-operator";
import type { Resources, SignedInCtx } from "../context";
import { carryOutDecision } from "./carry-out-decision";
import { getDeadLetter } from "./list-dead-letters";
import { findGenuineClaim, giftOf, readClaimStanding, readGiftStanding } from "./read-letter";

type Sql = Resources["live"]["sql"];
const decided = (
  status: LetterDecision["status"],
  effect: LetterDecision["effect"],
  effectId: string | null = null,
): LetterDecision => ({ status, effect, effectId, isEffectDue: effect !== "nothing" });

/**
 * Has a gift tried again, ends it, or puts any dead letter aside with a note, for an operator. Throws NOT_FOUND, and
 * DEAD_LETTER_CONFLICT (`status`, `actions`) when it was decided before or that cannot be done with it as it stands.
 */
export async function decideDeadLetter(
  ctx: SignedInCtx,
  input: DecideDeadLetterInput,
): Promise<DeadLetterDetail> {
  const { decision } = input;
  try {
    return await decide(ctx, input, decision, (tx, letter) => decideOn(ctx, tx, letter, input));
  } catch (error) {
    if (decision !== "refund" || !isRefusedValue(error)) throw error;
    // No table takes its facts, so that it cannot end as failed: what it reserved goes back, and it is unknown.
    return await decide(ctx, input, decision, async (tx, letter) => {
      await requireAction(tx, letter, "refund");
      return decided("refunded", "released");
    });
  }
}

async function decideOn(
  ctx: SignedInCtx,
  tx: Sql,
  letter: DeadLetterRow,
  { decision, reason }: DecideDeadLetterInput,
): Promise<LetterDecision> {
  const order = await requireAction(tx, letter, decision, ctx);
  if (decision === "dismiss") return decided("dismissed", "nothing");
  if (decision === "requeue") return decided("requeued", "queued");
  const { giftOrderId, userId: senderId, id } = letter;
  if (giftOrderId === null || senderId === null) throw new Error("A refund of nobody's order.");
  if (order === "settled") {
    const { userId: actorId } = ctx.session;
    const { traceId } = ctx;
    const refund = await refundWithin(tx, { senderId, giftOrderId, refundId: id, reason, actorId, traceId });
    if (refund === "unknown" || refund === "conflict") throw new BizError("REFUND_CONFLICT");
    return decided("refunded", "refund", refund.refundId);
  }
  const gift = giftOf(letter);
  if (!gift) return decided("refunded", "released");
  if (!(await failGiftWithin(tx, gift, "INTERNAL"))) throw new Error("An order ended while it was locked.");
  return decided("refunded", "failed");
}

/**
 * Credits the packet of a claim: out of the rain's escrow as it would have been, or out of the platform's account where the
 * rain cannot pay any more. Once a claim, whatever was done before. Throws as `decideDeadLetter` does.
 */
export async function creditDeadLetter(
  ctx: SignedInCtx,
  input: CreditDeadLetterInput,
): Promise<DeadLetterDetail> {
  const action = input.from === "escrow" ? "credit_escrow" : "credit_promotion";
  const known = await getDeadLetter(ctx, input);
  const claim = await findGenuineClaim(
    ctx,
    { ...known, queue: known.kind === "gift" ? "gifts" : "claims", fields: JSON.stringify(known.fields) },
    ctx.traceId,
  );
  return await decide(ctx, input, action, async (tx, letter) => {
    const actions = actionsOf(await readClaimStanding(tx, claim));
    if (letter.queue !== "claims" || !claim || !actions.includes(action)) throw conflict(letter, actions);
    if (action === "credit_promotion") {
      const { tradeId } = await compensateClaimWithin(tx, claim);
      return decided("credited", "promotion", tradeId);
    }
    await postClaimsWithin(tx, [claim]);
    return decided("credited", "escrow");
  });
}

async function decide(
  ctx: SignedInCtx,
  { deadLetterId, reason }: { deadLetterId: string; reason: string },
  action: DeadLetterAction,
  work: (tx: Sql, letter: DeadLetterRow) => Promise<LetterDecision>,
): Promise<DeadLetterDetail> {
  const by = { ...actingOperator(ctx, reason), reason, deadLetterId, action };
  const outcome = await decideDeadLetterOnce(ctx.live, by, work);
  if (!outcome) throw new BizError("NOT_FOUND", { field: "deadLetterId" });
  if (!outcome.isDecided) throw conflict(outcome.letter, []);
  await carryOutDecision(ctx, outcome.letter);
  return await getDeadLetter(ctx, { deadLetterId });
}

/** Refuses what cannot be done with it. Its order stays as it stands until the transaction ends; answers how that is. */
async function requireAction(tx: Sql, letter: DeadLetterRow, action: DeadLetterAction, ctx?: SignedInCtx) {
  const { queue, giftOrderId, userId } = letter;
  if (queue === "claims") {
    if (action !== "dismiss") throw conflict(letter, ctx ? ["dismiss"] : []);
    return null;
  }
  if (giftOrderId !== null && userId !== null)
    await isDecidedWithin(tx, { bucket: bucketOf(userId), giftOrderId, senderId: userId });
  const standing = await readGiftStanding(tx, letter);
  const actions = actionsOf(standing);
  if (!actions.includes(action)) throw conflict(letter, actions);
  return standing.order;
}

function conflict({ status }: DeadLetterRow, actions: readonly DeadLetterAction[]): BizError {
  return new BizError("DEAD_LETTER_CONFLICT", { status, actions: actions.join(",") });
}
