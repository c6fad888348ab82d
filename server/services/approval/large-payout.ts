import type { z } from "zod";
import { sumApprovedSince } from "@/db/finance/queries/withdrawals";
import type { FourEyes } from "@/domain/contracts/approval";
import type { DecideWithdrawalInput } from "@/domain/contracts/withdrawal";
import { sharedNowMs } from "@/platform/runtime/shared-clock";
import type { SignedInCtx } from "../context";
import { getNamed } from "../withdrawal/decide-withdrawal";

const DAY_MS = 86_400_000;

/** Whether approving this is as large as what needs two. Several that are each below the limit are as large as their sum. */
export async function isLargePayout(
  ctx: SignedInCtx,
  input: z.output<typeof DecideWithdrawalInput>,
  { largePayoutFen }: FourEyes,
): Promise<boolean> {
  if (!input.approve) return false;
  const { anchorId, amountFen, status } = await getNamed(ctx, input);
  if (status !== "requested") return false;
  const approvedFen = await sumApprovedSince(ctx.finance, anchorId, new Date(sharedNowMs() - DAY_MS));
  return approvedFen + amountFen >= largePayoutFen;
}
