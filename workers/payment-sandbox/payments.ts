import { randomUUID } from "node:crypto";
import { z } from "zod";
import { Uuid } from "@/server/contracts/ids";
import { PaymentKind } from "@/server/contracts/recharge";
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

const Payment = NewPayment.extend({
  providerRef: z.string(),
  state: z.enum(["open", ...PaymentKind.options]),
  reason: z.string().nullable(),
});
export type Payment = z.infer<typeof Payment>;

/** Something that the merchant is to be told. */
const Notice = z.object({ noticeId: z.string(), paymentId: Uuid, kind: PaymentKind });
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
  move(paymentId: string, kind: PaymentKind, now: Date): Notice | null;
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
      const payment: Payment = { ...input, providerRef: `sbx_${randomUUID()}`, state: "open", reason: null };
      record({ payment });
      return payment;
    },
    move(paymentId, kind, now) {
      const payment = payments.get(paymentId);
      if (!payment || !mayMove(payment, kind, now)) return null;
      const notice = { noticeId: randomUUID(), paymentId, kind };
      record({ payment: { ...payment, state: kind, reason: kind === "failed" ? "declined" : null } });
      record({ notice });
      return notice;
    },
    markTold: (noticeId) => record({ told: noticeId }),
    untold: () => [...untold.values()],
  };
}

/** A card that was declined may be tried again; what was paid can only be taken back. */
export function mayMove(payment: Pick<Payment, "state" | "payUntil">, kind: PaymentKind, now: Date): boolean {
  if (kind === "charged_back") return payment.state === "paid";
  const isUnpaid = payment.state === "open" || payment.state === "failed";
  return isUnpaid && now < new Date(payment.payUntil);
}
