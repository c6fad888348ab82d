"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { Alarm } from "@/domain/contracts/alarms";
import { useTRPC } from "../../lib/trpc";
import { ReasonDialog } from "../reason-dialog";
import { useAlarmKindText } from "./use-alarm-kind-text";

/** Says that somebody has looked, and what came of it. */
export function AcknowledgeDialog({ alarm, onClose }: { alarm: Alarm; onClose: () => void }) {
  const t = useTranslations("admin.alarms");
  const kindText = useAlarmKindText();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const acknowledge = useMutation(
    trpc.ops.acknowledgeAlarm.mutationOptions({
      onSuccess: onClose,
      onSettled: () =>
        Promise.all([
          queryClient.invalidateQueries({ queryKey: trpc.ops.alarms.pathKey() }),
          queryClient.invalidateQueries({ queryKey: trpc.ops.attention.pathKey() }),
        ]),
    }),
  );
  return (
    <ReasonDialog
      title={t("acknowledgeTitle")}
      confirm={t("acknowledge")}
      reasonLabel={t("note")}
      isPending={acknowledge.isPending}
      error={acknowledge.error}
      onConfirm={(note) => acknowledge.mutate({ alarmId: alarm.alarmId, note })}
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>{kindText(alarm.kind)}</p>
    </ReasonDialog>
  );
}
