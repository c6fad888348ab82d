import type { SaidFact } from "@/db/live/queries/payment-events";
import { Uuid } from "@/domain/contracts/ids";
import { toPlainAmount } from "@/domain/rules/exact-json";
import { type DisputeState, UNNAMED_DISPUTE } from "@/domain/rules/payment-standing";
import type { PaymentCallback } from "./payment-provider";
import { instantOf, isNumeral, quote, recordOf, refOf, stoppedFen, textOf } from "./read-said";

const CURRENCY = "cny";

/** What Stripe calls where a dispute is. A word that is not here means one that stands, and somebody has to look. */
const DISPUTE_STATES: ReadonlyMap<string, DisputeState> = new Map([
  ["warning_needs_response", "inquiry"],
  ["warning_under_review", "inquiry"],
  ["warning_closed", "inquiry_closed"],
  ["needs_response", "open"],
  ["under_review", "open"],
  ["appeal_needs_response", "open"],
  ["appeal_under_review", "open"],
  ["won", "won"],
  ["lost", "lost"],
]);
const REFUND_STATES: ReadonlyMap<string, "live" | "dead"> = new Map([
  ["pending", "live"],
  ["requires_action", "live"],
  ["succeeded", "live"],
  ["failed", "dead"],
  ["canceled", "dead"],
]);

/** What Stripe tells of every payment, and what changes nothing about one that we know. */
const OF_NO_CONCERN =
  /^(?:payment_intent\.|charge\.(?:succeeded|pending|captured|updated|failed|expired)$|checkout\.session\.|payment_link\.|balance\.|payout\.)/;

type Said = Omit<PaymentCallback, "nonce">;
type Fields = Record<string, unknown>;

const NOT_OURS: Said = {
  kind: "other",
  paymentId: null,
  amountFen: null,
  providerRef: null,
  chargeRef: null,
  reason: null,
  facts: [],
  isUnclear: false,
};

/** The id of something that may be expanded. */
const idOf = (value: unknown) => refOf(value) ?? refOf(recordOf(value).id);

/** Reads a genuine event. Whatever it holds, this never throws: what goes back must not be lost to a shape that changed. */
export function readStripeEvent(json: unknown): Said {
  const event = recordOf(json);
  const type = textOf(event.type) ?? "";
  const object = recordOf(recordOf(event.data).object);
  if (type === "checkout.session.completed")
    // Ways to pay that take days complete first and are paid later.
    return object.payment_status === "paid" ? { ...sessionFacts(object), kind: "paid" } : NOT_OURS;
  if (type === "checkout.session.async_payment_succeeded") return { ...sessionFacts(object), kind: "paid" };
  if (type === "checkout.session.async_payment_failed")
    return { ...sessionFacts(object), kind: "failed", reason: "declined" };
  return readLife(event, type, object);
}

function sessionFacts(session: Fields): Said {
  const paymentId = Uuid.safeParse(session.client_reference_id);
  const { currency } = session;
  const amount = toPlainAmount(session.amount_total);
  return {
    ...NOT_OURS,
    paymentId: paymentId.success ? paymentId.data : null,
    amountFen:
      currency === CURRENCY && typeof amount === "number" && Number.isSafeInteger(amount) ? amount : null,
    providerRef: refOf(session.id),
    chargeRef: idOf(session.payment_intent),
  };
}

interface Read extends Pick<SaidFact, "kind" | "ref" | "state" | "amountFen"> {
  isUnclear?: boolean;
}

function readLife(event: Fields, type: string, object: Fields): Said {
  const read = readObject(type, object);
  if (read.length === 0 && OF_NO_CONCERN.test(type)) return NOT_OURS;
  const isCharge = object.object === "charge";
  const chargeRef =
    idOf(object.payment_intent) ?? idOf(object.charge) ?? (isCharge ? refOf(object.id) : null);
  const session = Uuid.safeParse(object.client_reference_id);
  const paymentId = session.success ? session.data : null;
  // Nothing of a payment, as far as we can tell.
  if (read.length === 0 && chargeRef === null && paymentId === null) return NOT_OURS;
  const unclear = {
    kind: "not_understood",
    ref: refOf(object.id) ?? "",
    state: "",
    amountFen: null,
  } as const;
  const seconds = toPlainAmount(event.created);
  const { status, amount, amount_refunded, currency, reason } = object;
  const said = quote({ type, id: event.id, status, amount, amount_refunded, currency, reason });
  const facts = (read.length > 0 ? read : [unclear]).map(
    ({ kind, ref, state, amountFen }, i): SaidFact => ({
      eventKey: `${refOf(event.id) ?? JSON.stringify(said)}/${i}`,
      kind,
      ref,
      state,
      amountFen,
      said,
      saidAt: typeof seconds === "number" ? instantOf(seconds * 1_000) : null,
    }),
  );
  const isUnclear = read.length === 0 || read.some((one) => one.isUnclear);
  return { ...NOT_OURS, kind: "life", paymentId, chargeRef, facts, isUnclear };
}

function readObject(type: string, object: Fields): Read[] {
  if (type.startsWith("charge.dispute.")) return [readDispute(type, object)];
  if (type.startsWith("refund.") || type === "charge.refund.updated") return [readRefund(type, object)];
  if (type.startsWith("radar.early_fraud_warning."))
    return [{ kind: "fraud_warning", ref: refOf(object.id) ?? "", state: "live", amountFen: null }];
  if (type.startsWith("charge.")) return readCharge(type, object);
  return [];
}

function readDispute(type: string, { id, status, amount, currency }: Fields): Read {
  const state = DISPUTE_STATES.get(textOf(status) ?? "");
  // Once money was withdrawn it is no inquiry any more, whatever it is called.
  const isWithdrawn = type === "charge.dispute.funds_withdrawn" && state?.startsWith("inquiry") === true;
  return {
    kind: "dispute",
    ref: refOf(id) ?? UNNAMED_DISPUTE,
    state: isWithdrawn ? "open" : (state ?? "open"),
    amountFen: stoppedFen(amount, currency),
    // Without a word about where it is, it is one that was made.
    isUnclear: state === undefined && status !== null && status !== undefined,
  };
}

function readRefund(type: string, { id, status, amount, currency }: Fields): Read {
  const state = type === "refund.failed" ? "dead" : REFUND_STATES.get(textOf(status) ?? "");
  return {
    kind: "refund",
    ref: refOf(id) ?? "",
    state: state ?? "live",
    amountFen: stoppedFen(amount, currency),
    // A refund without a status is one that was made.
    isUnclear: state === undefined && status !== null && status !== undefined,
  };
}

/** A charge tells how much of it was refunded in all, and whether it is disputed. */
export function readCharge(type: string, charge: Fields): Read[] {
  const { amount_refunded: amount, currency, refunded, disputed } = charge;
  const read: Read[] = [];
  if (type === "charge.refunded" || refunded === true || (isNumeral(amount) && Number(String(amount)) > 0))
    read.push({ kind: "refund_total", ref: "", state: "live", amountFen: stoppedFen(amount, currency) });
  if (disputed === true) read.push({ kind: "dispute", ref: UNNAMED_DISPUTE, state: "open", amountFen: null });
  return read;
}

/** A dispute as Stripe answers it when it is asked. */
export function readDisputeAnswer(dispute: Fields): SaidFact {
  const { kind, ref, state, amountFen } = readDispute("", dispute);
  const { status, amount, currency } = dispute;
  return {
    eventKey: ["asked", ref, state, amountFen].join("/"),
    kind,
    ref,
    state,
    amountFen,
    said: quote({ type: "asked", id: ref, status, amount, currency }),
    saidAt: null,
  };
}
