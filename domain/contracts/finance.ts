import { z } from "zod";
import { SHARE_BPS_MAX } from "../rules/money";
import { OperatorReason, RowNumber, Uuid } from "./ids";
import { PageCursor } from "./texts";

export interface FinanceSummary {
  anchorId: string;
  shareBps: number;
  /** Of all gifts, less what refunds took back. */
  earnedFen: number;
  /** What refunds took back. */
  reversedFen: number;
  /** Negative when more was refunded than was left; later gifts make up for it first. */
  withdrawableFen: number;
  /** Earned too short a time ago to be withdrawn: the first of it from, and all of it by when. */
  maturingFen: number;
  maturesFrom: string | null;
  maturesBy: string | null;
  frozenFen: number;
  withdrawnFen: number;
  gifts: number;
  coins: number;
}

export const FinanceLinesInput = z.object({
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(100).default(30),
});
export type FinanceLinesInput = z.infer<typeof FinanceLinesInput>;

/** The gifts of one anchor at one share within one settlement batch; recomputable from the gifts of its ranges. */
export interface SettlementLine {
  lineId: string;
  batchId: string;
  shareBps: number;
  gifts: number;
  coins: number;
  grossFen: number;
  anchorFen: number;
  platformFen: number;
  settledAt: string;
}

/** A line as operators see it: of any anchor. */
export interface AnchorLine extends SettlementLine {
  anchorId: string;
}

export const SettlementLinesInput = FinanceLinesInput.extend({ anchorId: Uuid.optional() });
export type SettlementLinesInput = z.infer<typeof SettlementLinesInput>;

export const RecomputeLineInput = z.object({
  lineId: RowNumber,
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(500).default(100),
});
export type RecomputeLineInput = z.infer<typeof RecomputeLineInput>;

export interface LineSums {
  gifts: number;
  coins: number;
  grossFen: number;
  anchorFen: number;
  platformFen: number;
}

/** One gift of a line with the part of it that each side gets. */
export interface RecomputedGift {
  bucket: number;
  seq: number;
  giftOrderId: string;
  senderId: string;
  totalCoins: number;
  shareBps: number;
  grossFen: number;
  anchorFen: number;
  platformFen: number;
  sentAt: string;
  traceId: string;
  refunded: boolean;
}

export interface RecomputedLine {
  line: AnchorLine;
  /** The numbers of each bucket that the line's batch covers, both ends included. */
  ranges: { bucket: number; fromSeq: number; toSeq: number }[];
  /** The same sums, computed now from the gifts themselves. */
  recomputed: LineSums;
  isEqual: boolean;
  gifts: RecomputedGift[];
  nextCursor: string | null;
}

/** What the refund of one gift took back from its anchor. */
export interface ReversalItem {
  refundId: string;
  giftOrderId: string;
  shareBps: number;
  coins: number;
  grossFen: number;
  anchorFen: number;
  traceId: string;
  reversedAt: string;
}

export interface SettlementRunItem {
  runId: string;
  node: string;
  startedAt: string;
  endedAt: string;
  batches: number;
  gifts: number;
  lines: number;
  grossFen: number;
  anchorFen: number;
  lagMs: number;
  error: string | null;
}

/** How far settlement is. */
export interface SettlementState {
  waitingGifts: number;
  waitingRefunds: number;
  settledGifts: number;
}

/** One share that held, holds or will hold. */
export interface ShareItem {
  anchorId: string | null;
  /** Null for the platform's default, and for an anchor who is not known. */
  anchorName: string | null;
  shareBps: number;
  effectiveAt: string;
  createdAt: string;
}

export const SetShareInput = z.object({
  anchorId: Uuid.nullable(),
  shareBps: z.number().int().min(0).max(SHARE_BPS_MAX),
  effectiveAt: z.iso.datetime(),
  reason: OperatorReason.optional(),
});
export type SetShareInput = z.infer<typeof SetShareInput>;
