import { randomUUID } from "node:crypto";
import { z } from "zod";
import { Uuid } from "@/domain/contracts/ids";
import { PaymentKind } from "@/domain/contracts/recharge";
import { openJournal } from "./journal";

/** What a merchant asks for. */
export const NewPayment = z.object({
  paymentId: Uuid,
  amountFen: z.number().int().positive().max(Number.MAX_SAFE_INTEGER),
  coins: z.number().int().positive().max(Number.MAX_SAFE_INTEGER),
  returnUrl: z.url({ protocol: /^https?$/ }).max(2_000),
  payUntil: z.iso.datetime(),
});
export type NewPayment = z.infer<typeof NewPayment>;

/** What may happen to a payment, as the merchant is told. */
export const SandboxKind = z.enum([
  ...PaymentKind.options,
  "partly_refunded",
  "refunded",
  "refund_failed",
  "inquiry",
  "inquiry_closed",
  "disputed",
  "dispute_won",
  "dispute_lost",
  "fraud_warning",
]);
export type SandboxKind = z.infer<typeof SandboxKind>;

/** Something that happened after the money came. */
const PaymentEvent = z.object({
  eventId: z.string(),
  kind: SandboxKind,
  /** Names the refund, the dispute or the warning. */
  ref: z.string(),
  amountFen: z.number(),
  occurredAt: z.string(),
});
export type PaymentEvent = z.infer<typeof PaymentEvent>;

const Payment = NewPayment.extend({
  providerRef: z.string(),
  state: z.enum(["open", ...SandboxKind.options]),
  reason: z.string().nullable(),
  events: z.array(PaymentEvent).default([]),
});
export type Payment = z.infer<typeof Payment>;

/** Something that the merchant is to be told. */
const Notice = z.object({
  noticeId: z.string(),
  paymentId: Uuid,
  kind: SandboxKind,
  event: PaymentEvent.nullable().default(null),
});
export type Notice = z.infer<typeof Notice>;

const Entry = z.union([
  z.object({ payment: Payment }),
  z.object({ notice: Notice }),
  z.object({ told: z.string() }),
]);

/** The payments of the sandbox and what is still to be told about them. */
export interface PaymentBook {
  find(paymentId: string): Payment | undefined;
  /** The same id again gives the same payment; null when it asks for something else. */
  create(input: NewPayment): Payment | null;
  /** Returns the notice of it, or null when the payment is in no state for it. */
  move(paymentId: string, kind: SandboxKind, now: Date): Notice | null;
  /** The merchant has taken a notice. */
  markTold(noticeId: string): void;
  untold(): Notice[];
}

export function openPaymentBook(file: string | undefined): PaymentBook {
  const payments = new Map<string, Payment>();
  const untold = new Map<string, Notice>();

  function replay(entry: unknown): void {
    const known = Entry.safeParse(entry);
    if (!known.success) return;
    if ("payment" in known.data) payments.set(known.data.payment.paymentId, known.data.payment);
    else if ("notice" in known.data) untold.set(known.data.notice.noticeId, known.data.notice);
    else untold.delete(known.data.told);
  }

  const journal = openJournal(file, replay);
  const record = (entry: z.infer<typeof Entry>) => {
    journal.append(entry);
    replay(entry);
  };

  return {
    find: (paymentId) => payments.get(paymentId),
    create(input) {
      const known = payments.get(input.paymentId);
      if (known) return known.amountFen === input.amountFen ? known : null;
      const payment: Payment = {
        ...input,
        providerRef: `sbx_${randomUUID()}`,
        state: "open",
        reason: null,
        events: [],
      };
      record({ payment });
      return payment;
    },
    move(paymentId, kind, now) {
      const payment = payments.get(paymentId);
      if (!payment || !mayMove(payment, kind, now)) return null;
      const event = kind === "paid" || kind === "failed" ? null : newEvent(payment, kind, now);
      const notice: Notice = { noticeId: randomUUID(), paymentId, kind, event };
      record({
        payment: {
          ...payment,
          // A warning changes nothing about where the money is.
          state: kind === "fraud_warning" ? payment.state : kind,
          reason: kind === "failed" ? "declined" : null,
          events: event ? [...payment.events, event] : payment.events,
        },
      });
      record({ notice });
      return notice;
    },
    markTold: (noticeId) => record({ told: noticeId }),
    untold: () => [...untold.values()],
  };
}

/** What is refunded of a payment, less what failed. */
function refundedFen({ events }: Pick<Payment, "events">): number {
  const dead = new Set(events.filter(({ kind }) => kind === "refund_failed").map(({ ref }) => ref));
  return events
    .filter(({ kind, ref }) => (kind === "refunded" || kind === "partly_refunded") && !dead.has(ref))
    .reduce((sum, { amountFen }) => sum + amountFen, 0);
}

/** A refund takes half of what is left, or all of it; what fails is the latest. A dispute is over all that was paid. */
function newEvent(payment: Payment, kind: SandboxKind, now: Date): PaymentEvent {
  const eventId = randomUUID();
  const leftFen = payment.amountFen - refundedFen(payment);
  const latest = payment.events.findLast((event) => event.kind.endsWith("refunded"));
  const facts = { eventId, kind, occurredAt: now.toISOString() };
  if (kind === "refund_failed")
    return { ...facts, ref: latest?.ref ?? "", amountFen: latest?.amountFen ?? 0 };
  if (kind === "refunded") return { ...facts, ref: `re_${eventId}`, amountFen: leftFen };
  if (kind === "partly_refunded")
    return { ...facts, ref: `re_${eventId}`, amountFen: Math.ceil(leftFen / 2) };
  return { ...facts, ref: kind === "fraud_warning" ? "warning" : "dispute", amountFen: payment.amountFen };
}

const DISPUTABLE = new Set<Payment["state"]>([
  "paid",
  "partly_refunded",
  "refunded",
  "refund_failed",
  "inquiry",
  "inquiry_closed",
]);

/** A card that was declined may be tried again; what was paid goes back, or is fought about, step by step. */
export function mayMove(
  payment: Pick<Payment, "state" | "payUntil" | "amountFen" | "events">,
  kind: SandboxKind,
  now: Date,
): boolean {
  const { state } = payment;
  const isUnpaid = state === "open" || state === "failed";
  switch (kind) {
    case "paid":
    case "failed":
      return isUnpaid && now < new Date(payment.payUntil);
    case "partly_refunded":
    case "refunded":
      return DISPUTABLE.has(state) && refundedFen(payment) < payment.amountFen;
    case "refund_failed":
      return state === "partly_refunded" || state === "refunded";
    case "inquiry":
      return DISPUTABLE.has(state) && !payment.events.some((event) => event.kind === "inquiry");
    case "inquiry_closed":
      return state === "inquiry";
    case "charged_back":
    case "disputed":
      return DISPUTABLE.has(state);
    case "dispute_won":
    case "dispute_lost":
      return state === "disputed" || state === "charged_back";
    case "fraud_warning":
      return !isUnpaid && !payment.events.some((event) => event.kind === kind);
  }
}
