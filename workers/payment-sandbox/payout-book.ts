import { randomUUID } from "node:crypto";
import { z } from "zod";
import { Uuid } from "@/domain/contracts/ids";
import { PayoutAccount } from "@/domain/contracts/payout-account";
import { openJournal } from "./journal";

/** What a merchant orders. */
export const NewPayout = z.object({
  payoutId: Uuid,
  amountFen: z.number().int().positive().max(Number.MAX_SAFE_INTEGER),
  account: PayoutAccount,
});
export type NewPayout = z.infer<typeof NewPayout>;

const Payout = NewPayout.omit({ account: true }).extend({
  providerRef: z.string(),
  state: z.enum(["processing", "paid", "refused"]),
  reason: z.string().nullable(),
});
export type Payout = z.infer<typeof Payout>;

const Entry = z.object({ payout: Payout });

/** Accounts whose number ends so are closed: a payout to them is refused. */
const CLOSED_ACCOUNT = /0000$/;

/** The payouts of the sandbox. Each id is paid once at most; the file has a line with `paid` for each that was. */
export interface PayoutBook {
  find(payoutId: string): Payout | undefined;
  /** The same id again gives the same payout; null when it asks for another amount. */
  order(input: NewPayout): Payout | null;
  /** The money leaves. Only a payout that is being processed is paid; any other stays as it is. */
  pay(payoutId: string): Payout | undefined;
  processing(): Payout[];
}

export function openPayoutBook(file: string | undefined): PayoutBook {
  const payouts = new Map<string, Payout>();
  const journal = openJournal(file, (entry) => {
    const known = Entry.safeParse(entry);
    if (known.success) payouts.set(known.data.payout.payoutId, known.data.payout);
  });
  function record(payout: Payout): Payout {
    journal.append({ payout });
    payouts.set(payout.payoutId, payout);
    return payout;
  }

  return {
    find: (payoutId) => payouts.get(payoutId),
    order({ payoutId, amountFen, account }) {
      const known = payouts.get(payoutId);
      if (known) return known.amountFen === amountFen ? known : null;
      const isClosed = CLOSED_ACCOUNT.test(account.number);
      return record({
        payoutId,
        amountFen,
        providerRef: `sbx_${randomUUID()}`,
        state: isClosed ? "refused" : "processing",
        reason: isClosed ? "account_closed" : null,
      });
    },
    pay(payoutId) {
      const payout = payouts.get(payoutId);
      return payout?.state === "processing" ? record({ ...payout, state: "paid" }) : payout;
    },
    processing: () => [...payouts.values()].filter((payout) => payout.state === "processing"),
  };
}
