"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { ReportedMessage } from "@/domain/contracts/chat-reports";
import { useTRPC } from "../../lib/trpc";
import { ReasonDialog } from "../reason-dialog";

interface DecideReportDialogProps {
  message: ReportedMessage;
  remove: boolean;
  onClose: () => void;
}

/** An operator's decision about a reported message, for a reason that stays in the audit log. */
export function DecideReportDialog({ message, remove, onClose }: DecideReportDialogProps) {
  const t = useTranslations("adminReports");
  const report = useTranslations("report");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const decide = useMutation(
    trpc.chat.decideReport.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.chat.reports.pathKey() });
        void queryClient.invalidateQueries({ queryKey: trpc.ops.attention.queryKey() });
        onClose();
      },
    }),
  );
  const { room, sender, messageId, text } = message;
  return (
    <ReasonDialog
      title={t(remove ? "removeTitle" : "leaveTitle")}
      confirm={report(remove ? "remove" : "leave")}
      danger={remove}
      isPending={decide.isPending}
      error={decide.error}
      onConfirm={(reason) =>
        decide.mutate({
          roomId: room.roomId,
          senderId: sender.userId,
          messageId,
          remove,
          reason: reason.slice(0, REASON_MAX),
        })
      }
      onClose={onClose}
    >
      <blockquote>
        <bdi>{text}</bdi>
      </blockquote>
    </ReasonDialog>
  );
}

const REASON_MAX = 100;
