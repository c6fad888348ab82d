"use client";

import { Button } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { Proposal } from "@/domain/contracts/approval";
import { ERRORS } from "@/domain/contracts/errors";
import type { ClientErrorName } from "../../lib/api-error";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { TraceId } from "../../ui/trace-id";
import admin from "../admin.module.css";
import { ItemCard } from "../item-card";
import item from "../item-card.module.css";
import { SubjectRef } from "../subject-ref";
import { ChangeTable } from "./change-table";
import { useActionText } from "./use-action-text";

export type ProposalStep = "approve" | "reject" | "resolve";

const TONES = {
  pending: "waiting",
  executing: "bad",
  failed: "bad",
  approved: "good",
  rejected: "calm",
  expired: "calm",
} as const;

interface ProposalCardProps {
  proposal: Proposal;
  isOwn: boolean;
  onStep: (step: ProposalStep) => void;
}

/** One proposal: who wants what, what it changes, why, and what can be done about it. */
export function ProposalCard({ proposal, isOwn, onStep }: ProposalCardProps) {
  const t = useTranslations("adminApprovals");
  const errors = useTranslations("errors");
  const formats = useLocaleFormats();
  const actionText = useActionText();
  const { state, error } = proposal;
  const nameOf = (name: string | null, id: string | null) => name ?? id?.slice(0, 8) ?? "—";
  return (
    <ItemCard
      tone={TONES[state]}
      title={actionText(proposal.action)}
      aside={<span className={item.dim}>{t(`states.${state}`)}</span>}
      foot={<TraceId traceId={proposal.traceId} />}
      actions={<Steps proposal={proposal} isOwn={isOwn} onStep={onStep} />}
      itemProps={{
        "data-testid": "proposal",
        "data-proposal-id": proposal.proposalId,
        "data-state": state,
      }}
    >
      <div className={item.row}>
        <p className={item.line}>
          {t("proposedBy", {
            name: nameOf(proposal.proposedByName, proposal.proposedBy),
            at: formats.fullDateTime(proposal.createdAt),
          })}
        </p>
        <SubjectRef subject={proposal.subject} facts={proposal.input} />
      </div>
      <ChangeTable proposal={proposal} />
      {proposal.reason ? <p className={item.line}>{t("reason", { reason: proposal.reason })}</p> : null}
      {proposal.decidedBy && proposal.decidedAt ? (
        <p className={item.line} data-testid="proposal-decision">
          {t("decidedBy", {
            name: nameOf(proposal.decidedByName, proposal.decidedBy),
            at: formats.fullDateTime(proposal.decidedAt),
            note: proposal.note ?? "",
          })}
        </p>
      ) : null}
      {error && state === "failed" ? (
        <p className={`${item.line} ${admin.bad}`}>
          {t("failedWith", { error: error in ERRORS ? errors(error as ClientErrorName) : error })}
        </p>
      ) : null}
      {state === "executing" ? <p className={`${item.line} ${admin.bad}`}>{t("cutOff")}</p> : null}
      {state === "pending" ? (
        <p className={admin.hint}>
          {isOwn ? t("yours") : null} {t("until", { until: formats.fullDateTime(proposal.expiresAt) })}
        </p>
      ) : null}
    </ItemCard>
  );
}

/** What this operator can do about it now. */
function Steps({ proposal: { state }, isOwn, onStep }: ProposalCardProps) {
  const t = useTranslations("adminApprovals");
  if (state === "executing") {
    return (
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => onStep("resolve")}
        data-testid="resolve-proposal"
      >
        {t("resolve")}
      </Button>
    );
  }
  if (state !== "pending") return null;
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => onStep("reject")}
        data-testid="reject-proposal"
      >
        {t(isOwn ? "takeBack" : "reject")}
      </Button>
      {isOwn ? null : (
        <Button size="compact-sm" onClick={() => onStep("approve")} data-testid="approve-proposal">
          {t("approve")}
        </Button>
      )}
    </>
  );
}
