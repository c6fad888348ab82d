import { type FinanceTraceFacts, readFinanceTrace } from "@/db/finance/queries/trace-facts";
import { type LiveTraceFacts, readLiveTrace, type TracedGift } from "@/db/live/queries/trace-facts";
import { listActionsOfTrace, type TracedAction } from "@/db/operator-actions";
import type { Trace, TraceInput } from "@/domain/contracts/traces";
import { type GiftWay, type Step, toSpans, wayOfGift, wayOfRain } from "@/domain/rules/trace-way";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import { findGiftAnnouncements } from "@/push/publisher/room-log";
import { findQueuedByTrace } from "../../queue/find-queued";
import type { SignedInCtx } from "../context";

/**
 * Every step of one action over all processes, with times. It is computed from what each left behind anyway (the queue, the
 * books, the room's log, settlement), so that nothing has to be sampled or to outlive its process.
 */
export async function getTrace(ctx: SignedInCtx, { traceId }: TraceInput): Promise<Trace> {
  let facts = await readLiveTrace(ctx.live, traceId);
  const waiting = isFound(facts) ? [] : await findQueuedByTrace(ctx.redis, traceId);
  // It may have been posted while it was looked for in the queue.
  if (!isFound(facts) && waiting.length === 0) facts = await readLiveTrace(ctx.live, traceId);
  const paid = facts.gifts.flatMap(({ bucket, seq, anchorId }) =>
    bucket === null || seq === null ? [] : [{ bucket, seq, anchorId }],
  );
  const refundSeqs = facts.refunds.map(({ refundSeq }) => refundSeq);
  const [finance, gifts, acted, actedInFinance] = await Promise.all([
    readFinanceTrace(ctx.finance, { traceId, gifts: paid, refundSeqs }),
    findAnnouncements(ctx, facts.gifts),
    listActionsOfTrace(ctx.live.sql, traceId),
    listActionsOfTrace(ctx.finance.sql, traceId),
  ]);
  const now = new Date(sharedNowMs());
  const steps: Step[] = [
    ...waiting.flatMap(({ entryId, gift }) =>
      wayOfGift({
        giftOrderId: gift.giftOrderId,
        sentAt: new Date(gift.sentAt),
        facts: { ...giftFacts(gift), totalCoins: gift.priceCoins * gift.count },
        waiting: { entryId, now },
        bucket: null,
        seq: null,
        reason: null,
        refunds: [],
      }),
    ),
    ...facts.gifts.flatMap((gift) =>
      wayOfGift(toWay(gift, { facts, finance, announced: gifts.get(gift.giftOrderId) })),
    ),
    ...facts.rains.flatMap((rain) =>
      wayOfRain({
        ...rain,
        facts: { packetCount: rain.packetCount },
        result: {
          endReason: rain.endReason,
          claimedCount: rain.claimedCount,
          claimedCoins: rain.claimedCoins,
          refundedCoins: rain.refundedCoins,
        },
      }),
    ),
    ...claimSteps(facts),
    ...rechargeSteps(facts),
    ...letterSteps(facts),
    ...withdrawalSteps(finance),
    ...[...acted, ...actedInFinance].map(toStep),
  ];
  return { traceId, spans: toSpans(steps), logs: [] };
}

const toStep = ({ actorId, action, subject, reason, at }: TracedAction): Step => ({
  service: "web",
  name: "operator.acted",
  subject,
  from: at,
  facts: { action, actorId, reason },
});

const isFound = (facts: LiveTraceFacts) => Object.values(facts).some((rows) => rows.length > 0);

const giftFacts = ({
  giftId,
  count,
  roomId,
  senderId,
}: Pick<TracedGift, "giftId" | "count" | "roomId" | "senderId">) => ({
  giftId,
  count,
  roomId,
  senderId,
});

async function findAnnouncements({ redis }: SignedInCtx, gifts: readonly TracedGift[]) {
  const paid = gifts.filter(({ reason }) => reason === null);
  const orderIds = paid.map(({ giftOrderId }) => giftOrderId);
  const roomIds = new Set(paid.map(({ roomId }) => roomId));
  const found = await Promise.all(
    [...roomIds].map((roomId) => findGiftAnnouncements(redis, roomId, orderIds)),
  );
  return new Map(found.flatMap((orders) => [...orders]));
}

interface Around {
  facts: LiveTraceFacts;
  finance: FinanceTraceFacts;
  announced: { at: string; seq: number } | undefined;
}

function toWay(gift: TracedGift, { facts, finance, announced }: Around): GiftWay {
  const { bucket, seq, giftOrderId, senderId } = gift;
  const settled = finance.settlements.find((line) => line.bucket === bucket && line.seq === seq);
  const refunds = facts.refunds.filter((row) => row.giftOrderId === giftOrderId && row.senderId === senderId);
  return {
    giftOrderId,
    sentAt: gift.sentAt,
    facts: { ...giftFacts(gift), totalCoins: gift.totalCoins },
    bucket,
    seq,
    bookedAt: gift.bookedAt,
    reason: gift.reason,
    ...(announced ? { announced: { at: new Date(announced.at), seq: announced.seq } } : {}),
    ...(settled
      ? {
          settled: {
            at: settled.at,
            batchId: settled.batchId,
            lineId: settled.lineId,
            shareBps: settled.shareBps,
          },
        }
      : {}),
    refunds: refunds.map(({ at, reason, refundSeq }) => {
      const takenBack = finance.reversals.find((row) => row.refundSeq === refundSeq);
      return { at, reason, refundSeq, ...(takenBack ? { takenBack } : {}) };
    }),
  };
}

const claimSteps = ({ claims }: LiveTraceFacts): Step[] =>
  claims.flatMap(({ rainId, packetIndex, userId, coins, claimedAt, creditedAt }): Step[] => {
    const subject = `rain:${rainId}`;
    const facts = { packetIndex, coins, userId };
    return [
      { service: "web", name: "claim.won", subject, from: claimedAt, facts },
      {
        service: "packet-credit",
        name: "claim.credited",
        subject,
        from: claimedAt,
        to: creditedAt,
        parent: "claim.won",
      },
    ];
  });

const rechargeSteps = ({ recharges, callbacks }: LiveTraceFacts): Step[] => [
  ...recharges.flatMap((order): Step[] => {
    const subject = `payment:${order.paymentId}`;
    const { provider, orderId, userId, coins, amountFen, createdAt, paidAt, chargedBackAt } = order;
    const facts = { provider, orderId, userId, coins, amountFen };
    const later = { service: "web", subject, from: createdAt, parent: "recharge.ordered" } as const;
    return [
      { service: "web", name: "recharge.ordered", subject, from: createdAt, facts },
      ...(paidAt ? [{ ...later, name: "recharge.paid", to: paidAt } as const] : []),
      ...(chargedBackAt
        ? [{ ...later, name: "recharge.chargedBack", from: chargedBackAt, parent: "recharge.paid" } as const]
        : []),
    ];
  }),
  ...callbacks.map(
    ({ subjectId, provider, kind, outcome, at }): Step => ({
      service: "web",
      name: "recharge.callback",
      subject: `payment:${subjectId}`,
      from: at,
      parent: "recharge.ordered",
      facts: { provider, kind, outcome },
    }),
  ),
];

const letterSteps = ({ letters }: LiveTraceFacts): Step[] =>
  letters.map(({ id, queue, reason, status, at }) => ({
    service: queue === "gifts" ? "gift-debit" : "packet-credit",
    name: queue === "gifts" ? "gift.setApart" : "claim.setApart",
    subject: `dead-letter:${id}`,
    from: at,
    facts: { reason, status },
  }));

const WITHDRAWAL_STEPS = {
  requested: "withdrawal.requested",
  approved: "withdrawal.approved",
  paying: "withdrawal.paying",
  paid: "withdrawal.paid",
  rejected: "withdrawal.rejected",
  failed: "withdrawal.failed",
} as const;
const isStatus = (status: string): status is keyof typeof WITHDRAWAL_STEPS => status in WITHDRAWAL_STEPS;

function withdrawalSteps({ steps, callbacks }: FinanceTraceFacts): Step[] {
  const ids = new Set(steps.map(({ withdrawalId, anchorId }) => `${withdrawalId}/${anchorId}`));
  const moved = [...ids].flatMap((id) => {
    const moves = steps.filter(({ withdrawalId, anchorId }) => id === `${withdrawalId}/${anchorId}`);
    return moves.flatMap(({ withdrawalId, anchorId, toStatus, actorId, at }, i): Step[] => {
      if (!isStatus(toStatus)) return [];
      const before = moves[i - 1]?.toStatus ?? "";
      const isByClock = toStatus === "paying" || (toStatus === "paid" && actorId === null);
      return [
        {
          service: isByClock ? "scheduler" : "web",
          name: WITHDRAWAL_STEPS[toStatus],
          subject: `withdrawal:${withdrawalId}`,
          from: at,
          to: moves[i + 1]?.at ?? null,
          ...(isStatus(before) ? { parent: WITHDRAWAL_STEPS[before] } : {}),
          facts: { anchorId, actorId },
        },
      ];
    });
  });
  const answered = callbacks.map(
    ({ subjectId, provider, outcome, at }): Step => ({
      service: "web",
      name: "withdrawal.callback",
      subject: `withdrawal:${subjectId}`,
      from: at,
      parent: "withdrawal.paying",
      facts: { provider, outcome },
    }),
  );
  return [...moved, ...answered];
}
