"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { DeadLetterAction, DeadLetterDetail } from "@/domain/contracts/dead-letters";
import { useTRPC } from "../../lib/trpc";
import { ReasonDialog } from "../reason-dialog";

interface DecisionDialogProps {
  letter: DeadLetterDetail;
  action: DeadLetterAction;
  onClose: () => void;
}

/** Decides on a dead letter, with a reason. */
export function DecisionDialog({ letter, action, onClose }: DecisionDialogProps) {
  const t = useTranslations("admin.deadLetters");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const options = {
    onSuccess: onClose,
    // Somebody else may have been quicker: what is shown is read anew in any case.
    onSettled: () =>
      Promise.all(
        [trpc.ops.deadLetters, trpc.ops.deadLetter, trpc.ops.attention].map((one) =>
          queryClient.invalidateQueries({ queryKey: one.pathKey() }),
        ),
      ),
  };
  const decide = useMutation(trpc.ops.decideDeadLetter.mutationOptions(options));
  const credit = useMutation(trpc.ops.creditDeadLetter.mutationOptions(options));
  const { deadLetterId } = letter;
  function confirm(reason: string) {
    if (action === "credit_escrow") credit.mutate({ deadLetterId, from: "escrow", reason });
    else if (action === "credit_promotion") credit.mutate({ deadLetterId, from: "promotion", reason });
    else decide.mutate({ deadLetterId, decision: action, reason });
  }
  return (
    <ReasonDialog
      title={t(`actions.${action}`)}
      confirm={t(`actions.${action}`)}
      isPending={decide.isPending || credit.isPending}
      error={decide.error ?? credit.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>{t(`actionTexts.${action}`)}</p>
    </ReasonDialog>
  );
}
