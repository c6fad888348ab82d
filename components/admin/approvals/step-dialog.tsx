"use client";

import { SegmentedControl } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Proposal } from "@/domain/contracts/approval";
import { useTRPC } from "../../lib/trpc";
import { ReasonDialog } from "../reason-dialog";
import type { ProposalStep } from "./proposal-card";
import { useActionText } from "./use-action-text";

interface StepDialogProps {
  proposal: Proposal;
  step: ProposalStep;
  onClose: () => void;
}

/** Approves or rejects a proposal, or says what came of one that was cut off; with a reason. */
export function StepDialog({ proposal, step, onClose }: StepDialogProps) {
  const t = useTranslations("adminApprovals");
  const actionText = useActionText();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [outcome, setOutcome] = useState("done");
  const options = {
    onSuccess: onClose,
    // Approved things may be shown anywhere.
    onSettled: () => queryClient.invalidateQueries(),
  };
  const decide = useMutation(trpc.ops.decideProposal.mutationOptions(options));
  const resolve = useMutation(trpc.ops.resolveProposal.mutationOptions(options));
  const { proposalId } = proposal;
  const title = { approve: t("approveTitle"), reject: t("rejectTitle"), resolve: t("resolveTitle") }[step];
  function confirm(reason: string) {
    if (step === "resolve") resolve.mutate({ proposalId, done: outcome === "done", reason });
    else decide.mutate({ proposalId, approve: step === "approve", reason });
  }
  return (
    <ReasonDialog
      title={title}
      confirm={{ approve: t("approve"), reject: t("reject"), resolve: t("save") }[step]}
      danger={step === "reject"}
      isPending={decide.isPending || resolve.isPending}
      error={decide.error ?? resolve.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>{actionText(proposal.action)}</p>
      {step === "resolve" ? (
        <SegmentedControl
          value={outcome}
          onChange={setOutcome}
          aria-label={t("resolveTitle")}
          data={[
            { value: "done", label: t("wasDone") },
            { value: "not", label: t("wasNotDone") },
          ]}
        />
      ) : null}
    </ReasonDialog>
  );
}
