"use client";

import { Button, Radio, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { useTRPC } from "../../../lib/trpc";
import { Modal } from "../../../ui/modal";
import { useNotifyError } from "../../../ui/use-notify-error";
import classes from "./moderation-dialog.module.css";
import type { ModerationTarget } from "./powers";
import { REPORT_REASONS, type ReportReason } from "./report-reasons";

const WORDS_MAX = 100;

interface ReportDialogProps {
  roomId: string;
  target: ModerationTarget & { messageId: string };
  onClose: () => void;
}

/** Tells the room's moderators and operators of a message. Its author is not told. */
export function ReportDialog({ roomId, target, onClose }: ReportDialogProps) {
  const t = useTranslations("report");
  const trpc = useTRPC();
  const [reason, setReason] = useState<ReportReason>("abuse");
  const [words, setWords] = useState("");
  const report = useMutation(
    trpc.chat.report.mutationOptions({
      onError: useNotifyError(),
      onSuccess: () => {
        notifications.show({ message: t("sent") });
        onClose();
      },
    }),
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    const said = reason === "other" ? words.trim() || reason : reason;
    report.mutate({ roomId, senderId: target.sender.userId, messageId: target.messageId, reason: said });
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("title", { name: target.sender.nickname })}
      centered
      closeButtonProps={{ "aria-label": t("cancel") }}
    >
      <form className={classes.form} onSubmit={submit} data-testid="report-dialog">
        <blockquote className={classes.quote}>
          <bdi>{target.text}</bdi>
        </blockquote>
        <Radio.Group label={t("why")} value={reason} onChange={(value) => setReason(value)}>
          <Stack gap="xs" mt="xs">
            {REPORT_REASONS.map((value) => (
              <Radio
                key={value}
                value={value}
                label={t(`reasons.${value}`)}
                data-testid={`report-${value}`}
              />
            ))}
          </Stack>
        </Radio.Group>
        {reason === "other" ? (
          <TextInput
            aria-label={t("inWords")}
            placeholder={t("inWords")}
            maxLength={WORDS_MAX}
            autoComplete="off"
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
        ) : null}
        <p className={classes.explained}>{t("explained")}</p>
        <div className={classes.actions}>
          <Button variant="default" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={report.isPending} data-testid="report-send">
            {t("send")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
