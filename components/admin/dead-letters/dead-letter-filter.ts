import type { DeadLetterKind, DeadLetterStatus } from "@/domain/contracts/dead-letters";
import { choicesOf } from "../../lib/choices";

export const KINDS = choicesOf<DeadLetterKind>({ gift: true, claim: true });
export const STATUSES = choicesOf<DeadLetterStatus>({
  open: true,
  requeued: true,
  credited: true,
  refunded: true,
  dismissed: true,
});

export interface DeadLetterFilter {
  kind?: DeadLetterKind;
  status?: DeadLetterStatus;
}

/** Which dead letters the address asks for; of nothing said, the open ones. */
export function readDeadLetterFilter(params: { get(name: string): string | null }): DeadLetterFilter {
  return {
    kind: KINDS.find(params.get("kind")),
    status: STATUSES.find(params.get("status") ?? "open"),
  };
}

/** As it stands in the address, with the one that is shown. */
export function toAddress({ kind, status }: DeadLetterFilter, id: string | null): Record<string, string> {
  return { status: status ?? "all", kind: kind ?? "", id: id ?? "" };
}
