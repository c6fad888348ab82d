import { z } from "zod";
import { SHARE_BPS_MAX } from "../rules/money";
import { Uuid } from "./ids";

export interface FinanceSummary {
  anchorId: string;
  shareBps: number;
  earnedFen: number;
  withdrawableFen: number;
  frozenFen: number;
  withdrawnFen: number;
  gifts: number;
  coins: number;
}

export const FinanceLinesInput = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.number().int().min(1).max(100).default(30),
});
export type FinanceLinesInput = z.infer<typeof FinanceLinesInput>;

/** The gifts of one anchor at one share within one settlement batch; recomputable from the gift records it names. */
export interface SettlementLine {
  lineId: string;
  bucket: number;
  fromSeq: number;
  toSeq: number;
  shareBps: number;
  gifts: number;
  coins: number;
  grossFen: number;
  anchorFen: number;
  platformFen: number;
  settledAt: string;
}

export const SetShareInput = z.object({
  anchorId: Uuid.nullable(),
  shareBps: z.number().int().min(0).max(SHARE_BPS_MAX),
  effectiveAt: z.iso.datetime(),
});
export type SetShareInput = z.infer<typeof SetShareInput>;
