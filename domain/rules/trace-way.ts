import type { StepName, TraceSpan } from "../contracts/traces";

type Facts = TraceSpan["facts"];

/** A step as facts have it: from then, and until then where it took or waited for something. */
export interface Step {
  service: string;
  name: StepName;
  subject: string;
  from: Date;
  to?: Date | null;
  parent?: StepName;
  isOpen?: boolean;
  facts?: Facts;
}

/** Steps as spans, in the order in which they began. Clocks of machines differ by a little: nothing lasts less than nothing. */
export function toSpans(steps: readonly Step[]): TraceSpan[] {
  return steps
    .toSorted((a, b) => a.from.getTime() - b.from.getTime())
    .map(({ service, name, subject, from, to, parent, isOpen, facts = {} }) => ({
      service,
      name,
      subject,
      startedAt: from.toISOString(),
      durationMs: to ? Math.max(0, to.getTime() - from.getTime()) : 0,
      ...(parent ? { parent } : {}),
      ...(isOpen ? { isOpen } : {}),
      facts,
    }));
}

export interface GiftWay {
  giftOrderId: string;
  sentAt: Date;
  facts: Facts;
  /** Still in the queue, since it was sent, as of now. */
  waiting?: { entryId: string; now: Date };
  bucket: number | null;
  seq: number | null;
  bookedAt?: Date;
  reason: string | null;
  announced?: { at: Date; seq: number };
  settled?: { at: Date; batchId: number; lineId: number; shareBps: number };
  refunds: readonly {
    at: Date;
    reason: string;
    refundSeq: number;
    takenBack?: { at: Date; anchorFen: number };
  }[];
}

/** The way of one gift, from what its processes left behind. */
export function wayOfGift(gift: GiftWay): Step[] {
  const subject = `gift-order:${gift.giftOrderId}`;
  const steps: Step[] = [
    { service: "web", name: "gift.accepted", subject, from: gift.sentAt, facts: gift.facts },
  ];
  const queued = { service: "redis", name: "gift.queued", subject, parent: "gift.accepted" } as const;
  if (gift.waiting) {
    const { now, entryId } = gift.waiting;
    steps.push({ ...queued, from: gift.sentAt, to: now, isOpen: true, facts: { entryId } });
  }
  const { bookedAt } = gift;
  if (!bookedAt) return steps;
  steps.push({ ...queued, from: gift.sentAt, to: bookedAt });
  const booked = { service: "gift-debit", subject, from: bookedAt, parent: "gift.queued" } as const;
  if (gift.reason !== null) {
    steps.push({ ...booked, name: "gift.failed", facts: { reason: gift.reason } });
    return steps;
  }
  const { bucket, seq, announced, settled } = gift;
  steps.push({ ...booked, name: "gift.paid", facts: { bucket, seq } });
  const after = { subject, from: bookedAt, parent: "gift.paid" } as const;
  if (announced) {
    const facts = { roomSeq: announced.seq };
    steps.push({ ...after, service: "push-gateway", name: "gift.announced", to: announced.at, facts });
  }
  if (settled) {
    const { at, ...facts } = settled;
    steps.push({ ...after, service: "settlement", name: "gift.settled", to: at, facts });
  }
  for (const { at, reason, refundSeq, takenBack } of gift.refunds) {
    const facts = { refundSeq, reason };
    steps.push({ service: "web", name: "gift.refunded", subject, from: at, parent: "gift.paid", facts });
    if (!takenBack) continue;
    steps.push({
      service: "settlement",
      name: "gift.takenBack",
      subject,
      from: at,
      to: takenBack.at,
      parent: "gift.refunded",
      facts: { anchorFen: takenBack.anchorFen },
    });
  }
  return steps;
}

export interface RainWay {
  rainId: string;
  facts: Facts;
  createdAt: Date;
  preparedAt: Date | null;
  readyAt: Date | null;
  startedAt: Date | null;
  endingAt: Date | null;
  endedAt: Date | null;
  result: Facts;
}

/** The way of a rain; each state lasts until the next one. */
export function wayOfRain(rain: RainWay): Step[] {
  const states: [name: StepName, service: string, at: Date | null][] = [
    ["rain.created", "web", rain.createdAt],
    ["rain.prepared", "web", rain.preparedAt],
    ["rain.ready", "packet-credit", rain.readyAt],
    ["rain.started", "web", rain.startedAt],
    ["rain.ending", "packet-credit", rain.endingAt],
    ["rain.ended", "packet-credit", rain.endedAt],
  ];
  const reached = states.flatMap(([name, service, from]) => (from ? [{ name, service, from }] : []));
  return reached.map((state, i) => {
    const [before, after] = [reached[i - 1], reached[i + 1]];
    const facts = state.name === "rain.created" ? rain.facts : state.name === "rain.ended" ? rain.result : {};
    return {
      ...state,
      subject: `rain:${rain.rainId}`,
      to: after?.from ?? null,
      ...(before ? { parent: before.name } : {}),
      facts,
    };
  });
}
