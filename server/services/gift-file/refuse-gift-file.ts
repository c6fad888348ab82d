import type { GiftFileRefusalReason } from "@/server/contracts/gift-file";

/** A file, or the way to it, is not fit to be played; caught where the check is answered. */
export class GiftFileRefused extends Error {
  constructor(
    readonly reason: GiftFileRefusalReason,
    readonly detail?: string,
  ) {
    super(detail === undefined ? reason : `${reason}: ${detail}`);
  }
}

export function refuse(reason: GiftFileRefusalReason, detail?: string): never {
  throw new GiftFileRefused(reason, detail);
}
