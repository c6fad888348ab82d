import { bucketOf } from "@/domain/rules/bucket";
import { SYSTEM_ACCOUNT_KINDS, type SystemAccountKind } from "../schema/ledger";

/** The fixed id of a system account: readable in a dump, and no user can ever have it (version digit 0). */
export function systemAccountId(kind: SystemAccountKind, bucket: number): string {
  const kindNumber = SYSTEM_ACCOUNT_KINDS.indexOf(kind) + 1;
  return `00000000-0000-0000-${kindNumber.toString(16).padStart(4, "0")}-${bucket.toString(16).padStart(12, "0")}`;
}

/** The one of the bucket of a user or of whatever else an id names. */
export const systemAccountOf = (kind: SystemAccountKind, id: string): string =>
  systemAccountId(kind, bucketOf(id));
