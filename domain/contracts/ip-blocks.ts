import { z } from "zod";
import { IsoTime, OperatorReason } from "./ids";

/** An address, or a network as `address/bits`. What it names is read by the server. */
const RangeText = z.string().regex(/^[\dA-Fa-f:./]{2,50}$/, "must be an address or a network");

export const BlockIpInput = z.object({
  range: RangeText,
  reason: OperatorReason,
  /** Without it, until somebody lifts it. */
  expiresAt: IsoTime.optional(),
  /** Block the caller's own address, too. */
  confirmed: z.boolean().default(false),
});
export type BlockIpInput = z.infer<typeof BlockIpInput>;

export const UnblockIpInput = z.object({ range: RangeText, reason: OperatorReason });
export type UnblockIpInput = z.infer<typeof UnblockIpInput>;

export interface IpBlock {
  /** As `203.0.113.0/24`. */
  range: string;
  reason: string;
  blockedBy: { userId: string; nickname: string | null };
  createdAt: string;
  /** Null is until somebody lifts it. */
  expiresAt: string | null;
}

export interface IpBlocksView {
  items: IpBlock[];
  /** Whose call this is, as the platform sees it. */
  ownAddress: string;
}
