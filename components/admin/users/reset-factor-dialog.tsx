"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { PersonItem } from "@/domain/contracts/people";
import { useTRPC } from "../../lib/trpc";
import { ReasonDialog } from "../reason-dialog";

/** Takes the second factor of an operator away who has lost it. */
export function ResetFactorDialog({ person, onClose }: { person: PersonItem; onClose: () => void }) {
  const t = useTranslations("secondFactor");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { userId, nickname } = person;
  const reset = useMutation(
    trpc.people.resetSecondFactor.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.people.pathKey() });
        onClose();
      },
    }),
  );
  return (
    <ReasonDialog
      title={t("resetTitle", { name: nickname })}
      confirm={t("reset")}
      danger
      isPending={reset.isPending}
      error={reset.error}
      onConfirm={(reason) => reset.mutate({ userId, reason })}
      onClose={onClose}
    >
      <p>{t("resetText")}</p>
    </ReasonDialog>
  );
}
