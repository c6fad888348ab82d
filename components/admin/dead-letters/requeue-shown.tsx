"use client";

import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { DeadLetter } from "@/domain/contracts/dead-letters";
import { readApiError } from "../../lib/api-error";
import { useTRPC, useTRPCClient } from "../../lib/trpc";
import admin from "../admin.module.css";
import { ReasonDialog } from "../reason-dialog";

/** Has every open gift of the list tried again, one after the other, each with the reason in its own row of the audit. */
export function RequeueShown({ letters }: { letters: readonly DeadLetter[] }) {
  const t = useTranslations("admin.deadLetters");
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const gifts = letters.filter(({ kind, status }) => kind === "gift" && status === "open");
  const requeue = useMutation({
    mutationFn: async (reason: string) => {
      const outcome = { done: 0, left: 0 };
      for (const { deadLetterId } of gifts) {
        try {
          await client.ops.requeue.mutate({ deadLetterId, reason });
          outcome.done += 1;
        } catch (error) {
          // As it stands now it cannot be tried again, or somebody else was quicker.
          if (readApiError(error).name !== "DEAD_LETTER_CONFLICT") throw error;
          outcome.left += 1;
        }
      }
      return outcome;
    },
    onSuccess: () => setAsking(false),
    onSettled: () =>
      Promise.all(
        [trpc.ops.deadLetters, trpc.ops.deadLetter, trpc.ops.attention].map((one) =>
          queryClient.invalidateQueries({ queryKey: one.pathKey() }),
        ),
      ),
  });
  const said = requeue.data;
  return (
    <>
      {gifts.length > 1 ? (
        <div>
          <Button variant="default" onClick={() => setAsking(true)} data-testid="requeue-shown">
            {t("requeueShown", { count: gifts.length })}
          </Button>
        </div>
      ) : null}
      {said ? (
        <p className={admin.hint} role="status" data-testid="requeue-shown-outcome">
          {t("requeuedShown", { done: said.done, left: said.left })}
        </p>
      ) : null}
      {isAsking ? (
        <ReasonDialog
          title={t("requeueShown", { count: gifts.length })}
          confirm={t("actions.requeue")}
          isPending={requeue.isPending}
          error={requeue.error}
          onConfirm={(reason) => requeue.mutate(reason)}
          onClose={() => setAsking(false)}
        >
          <p className={admin.hint}>{t("requeueShownText")}</p>
        </ReasonDialog>
      ) : null}
    </>
  );
}
