"use client";

import { Button } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { Proposal } from "@/server/contracts/approval";
import { ERRORS } from "@/server/contracts/errors";
import type { ClientErrorName } from "../../lib/api-error";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { TraceId } from "../../ui/trace-id";
import admin from "../admin.module.css";
import { SubjectRef } from "../subject-ref";
import classes from "./approvals.module.css";
import { ChangeTable } from "./change-table";
import { useActionText } from "./use-action-text";

export type ProposalStep = "approve" | "reject" | "resolve";

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
    <li
      className={classes.proposal}
      data-testid="proposal"
      data-proposal-id={proposal.proposalId}
      data-state={state}
    >
      <div className={classes.head}>
        <h2 className={classes.title}>{actionText(proposal.action)}</h2>
        <span className={classes.state}>{t(`states.${state}`)}</span>
      </div>
      <div className={classes.head}>
        <p className={classes.line}>
          {t("proposedBy", {
            name: nameOf(proposal.proposedByName, proposal.proposedBy),
            at: formats.fullDateTime(proposal.createdAt),
          })}
        </p>
        <SubjectRef subject={proposal.subject} facts={proposal.input} />
      </div>
      <ChangeTable proposal={proposal} />
      {proposal.reason ? <p className={classes.line}>{t("reason", { reason: proposal.reason })}</p> : null}
      {proposal.decidedBy && proposal.decidedAt ? (
        <p className={classes.line} data-testid="proposal-decision">
          {t("decidedBy", {
            name: nameOf(proposal.decidedByName, proposal.decidedBy),
            at: formats.fullDateTime(proposal.decidedAt),
            note: proposal.note ?? "",
          })}
        </p>
      ) : null}
      {error && state === "failed" ? (
        <p className={`${classes.line} ${admin.bad}`}>
          {t("failedWith", { error: error in ERRORS ? errors(error as ClientErrorName) : error })}
        </p>
      ) : null}
      {state === "executing" ? <p className={`${classes.line} ${admin.bad}`}>{t("cutOff")}</p> : null}
      {state === "pending" ? (
        <p className={`${classes.line} ${admin.hint}`}>
          {isOwn ? t("yours") : null} {t("until", { until: formats.fullDateTime(proposal.expiresAt) })}
        </p>
      ) : null}
      <div className={classes.foot}>
        <TraceId traceId={proposal.traceId} />
        <div className={classes.buttons}>
          {state === "pending" ? (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => onStep("reject")}
              data-testid="reject-proposal"
            >
              {t(isOwn ? "takeBack" : "reject")}
            </Button>
          ) : null}
          {state === "pending" && !isOwn ? (
            <Button size="compact-sm" onClick={() => onStep("approve")} data-testid="approve-proposal">
              {t("approve")}
            </Button>
          ) : null}
          {state === "executing" ? (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => onStep("resolve")}
              data-testid="resolve-proposal"
            >
              {t("resolve")}
            </Button>
          ) : null}
        </div>
      </div>
    </li>
  );
}
