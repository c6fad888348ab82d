import type { GiftFileRefusalReason } from "@/domain/contracts/gift-file";

/** A file, or the way to it, is not fit to be played; caught where the check is answered. */
export class GiftFileRefused extends Error {
  constructor(
    readonly reason: GiftFileRefusalReason,
    readonly detail?: string,
  ) {
    super(detail === undefined ? reason : `${reason}: ${detail}`);
  }
}

/** Nothing answered at all: whether the file can be played is not known here. */
export class GiftFileUnseen extends GiftFileRefused {}

export function refuse(reason: GiftFileRefusalReason, detail?: string): never {
  throw new GiftFileRefused(reason, detail);
}
