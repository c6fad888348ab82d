import { countOpenAlarms } from "@/db/live/queries/alarms";
import { countOpenApplications } from "@/db/live/queries/anchor-applications";
import { countOpenReports } from "@/db/live/queries/chat-reports";
import { countOpenDeadLetters } from "@/db/live/queries/dead-letters";
import { countOpenProposals } from "@/db/live/queries/proposals";
import type { OpsAttention } from "@/domain/contracts/ops";
import { ATTENTION_COUNTED_MAX } from "@/domain/rules/attention";
import type { SignedInCtx } from "../context";

/** What waits for any operator, for the marks beside the sections of the dashboard. */
export async function getAttention(ctx: SignedInCtx): Promise<OpsAttention> {
  const [openAlarms, openDeadLetters, openProposals, openApplications, openReports] = await Promise.all([
    countOpenAlarms(ctx.live, ATTENTION_COUNTED_MAX),
    countOpenDeadLetters(ctx.live, null, ATTENTION_COUNTED_MAX),
    countOpenProposals(ctx.live, ATTENTION_COUNTED_MAX),
    countOpenApplications(ctx.live, ATTENTION_COUNTED_MAX),
    countOpenReports(ctx.live, ATTENTION_COUNTED_MAX),
  ]);
  return { openAlarms, openDeadLetters, openProposals, openApplications, openReports };
}
