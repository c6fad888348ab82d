import type { Sql } from "@/db/client";
import type { PaymentFactItem } from "@/domain/contracts/recharge";
import { foldStanding, type Standing, type StopFact } from "@/domain/rules/payment-standing";

/** Something that a provider said, ready to be kept. */
export interface SaidFact {
  /** Names what was said: the same key is kept once. */
  eventKey: string;
  kind: StopFact["kind"] | "paid" | "failed" | "not_understood";
  ref: string;
  state: string;
  amountFen: number | null;
  /** In the provider's words, for people. */
  said: Record<string, unknown>;
  saidAt: Date | null;
}

interface PaymentRefs {
  provider: string;
  paymentId: string | null;
  chargeRef: string | null;
}

/** Keeps what was said; returns how much of it was new. */
export async function keepFacts(
  sql: Sql,
  { provider, paymentId, chargeRef }: PaymentRefs,
  facts: readonly SaidFact[],
  { traceId, at }: { traceId: string; at: Date },
): Promise<number> {
  let added = 0;
  for (const { eventKey, kind, ref, state, amountFen, said, saidAt } of facts) {
    // Heard again once the payment is known, it must not find the place taken by what nobody could place then.
    const key = paymentId === null ? `kept/${eventKey}` : eventKey;
    const rows = await sql`
      INSERT INTO payment_events (provider, event_key, payment_id, charge_ref, kind, ref, state, amount_fen, said, said_at,
        trace_id, heard_at)
      VALUES (${provider}, ${key}, ${paymentId}, ${chargeRef}, ${kind}, ${ref}, ${state}, ${amountFen},
        ${JSON.stringify(said)}::text::jsonb, ${saidAt?.toISOString() ?? null}, ${traceId}, ${at.toISOString()})
      ON CONFLICT (provider, event_key) DO NOTHING RETURNING id`;
    added += rows.length;
  }
  return added;
}

/** How a payment stands by all that was said of it, also before the order knew its charge. */
export async function readStanding(
  sql: Sql,
  order: { provider: string; paymentId: string; chargeRef: string | null; amountFen: number },
): Promise<Standing> {
  const rows = await sql<RawFact[]>`
    SELECT kind, ref, state, amount_fen, said_at FROM payment_events
    WHERE payment_id = ${order.paymentId}
      OR (payment_id IS NULL AND provider = ${order.provider} AND charge_ref = ${order.chargeRef})`;
  return foldStanding(order.amountFen, toStopFacts(rows));
}

export interface RawFact {
  kind: string;
  ref: string;
  state: string;
  amount_fen: string | number | null;
  said_at: Date | string | null;
}

/** Those of the facts that say how a payment stands. */
export function toStopFacts(rows: readonly RawFact[]): StopFact[] {
  const stops = rows.filter(({ kind }) => kind !== "paid" && kind !== "failed" && kind !== "not_understood");
  return stops.map(
    ({ kind, ref, state, amount_fen, said_at }) =>
      ({
        kind,
        ref,
        state,
        amountFen: amount_fen === null ? null : Number(amount_fen),
        saidAtMs: said_at === null ? 0 : new Date(said_at).getTime(),
      }) as StopFact,
  );
}

/** Everything that was said of a payment, in the order in which it was heard. */
export async function listFacts(
  sql: Sql,
  order: { provider: string; paymentId: string; chargeRef: string | null },
  limit: number,
): Promise<PaymentFactItem[]> {
  const rows = await sql<
    (RawFact & { said: Record<string, unknown>; said_at: Date | null; heard_at: Date; trace_id: string })[]
  >`
    SELECT kind, ref, state, amount_fen, said, said_at, heard_at, trace_id FROM payment_events
    WHERE payment_id = ${order.paymentId}
      OR (payment_id IS NULL AND provider = ${order.provider} AND charge_ref = ${order.chargeRef})
    ORDER BY id LIMIT ${limit}`;
  return rows.map((row) => ({
    kind: row.kind,
    ref: row.ref,
    state: row.state,
    amountFen: row.amount_fen === null ? null : Number(row.amount_fen),
    said: row.said,
    saidAt: row.said_at?.toISOString() ?? null,
    heardAt: row.heard_at.toISOString(),
    traceId: row.trace_id,
  }));
}
