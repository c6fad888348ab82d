"use client";

import { Button, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { WithdrawalFacts } from "@/domain/contracts/withdrawal";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { Modal } from "../../ui/modal";
import { ApprovalReasons } from "../../withdrawal/approval-reasons";
import shared from "../../withdrawal/withdrawal.module.css";
import { WithdrawalAccount } from "../../withdrawal/withdrawal-account";
import { MutationError } from "../mutation-error";
import { AssessmentFacts } from "./assessment-facts";

export interface Decision {
  withdrawal: WithdrawalFacts;
  approve: boolean;
}

const NOTE_MAX = 500;

interface DecisionDialogProps {
  /** Null while it is closed. */
  decision: Decision | null;
  onClose: () => void;
}

/** Approves or rejects one withdrawal; whoever is rejected is told why. */
export function DecisionDialog({ decision, onClose }: DecisionDialogProps) {
  const t = useTranslations("adminWithdrawals");
  return (
    <Modal
      opened={decision !== null}
      onClose={onClose}
      title={decision ? t(decision.approve ? "approveTitle" : "rejectTitle") : ""}
      centered
      closeButtonProps={{ "aria-label": t("cancel") }}
    >
      {decision ? (
        <DecisionForm key={decision.withdrawal.payoutId} decision={decision} onClose={onClose} />
      ) : null}
    </Modal>
  );
}

function DecisionForm({ decision, onClose }: { decision: Decision; onClose: () => void }) {
  const t = useTranslations("adminWithdrawals");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const queryClient = useQueryClient();
  const [note, setNote] = useState("");
  const { withdrawal, approve } = decision;
  const decide = useMutation(
    trpc.finance.decideWithdrawal.mutationOptions({
      onSuccess: onClose,
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.finance.searchWithdrawals.pathKey() }),
    }),
  );

  function submit(event: FormEvent) {
    event.preventDefault();
    const { withdrawalId, anchorId } = withdrawal;
    decide.mutate({ withdrawalId, anchorId, approve, note: note.trim() });
  }

  return (
    <form onSubmit={submit} className={shared.form}>
      <div className={shared.itemHead}>
        <span className={`${shared.amount} numeric`}>{formats.fen(withdrawal.amountFen)}</span>
        <span className={shared.person}>{withdrawal.nickname ?? withdrawal.anchorId}</span>
        <WithdrawalAccount account={withdrawal.payoutAccount} />
      </div>
      <ApprovalReasons reasons={withdrawal.waitsFor} />
      {withdrawal.assessment ? <AssessmentFacts assessment={withdrawal.assessment} /> : null}
      <Textarea
        label={t(approve ? "note" : "noteForAnchor")}
        withAsterisk={!approve}
        required={!approve}
        maxLength={NOTE_MAX}
        autosize
        minRows={2}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        data-autofocus
        data-testid="decision-note"
      />
      <MutationError error={decide.error} />
      <div className={shared.actions}>
        <Button
          type="submit"
          loading={decide.isPending}
          disabled={!approve && note.trim() === ""}
          data-testid="decide"
        >
          {t(approve ? "approve" : "reject")}
        </Button>
        <Button variant="default" onClick={onClose}>
          {t("cancel")}
        </Button>
      </div>
    </form>
  );
}
