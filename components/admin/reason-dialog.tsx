"use client";

import { Button, Textarea } from "@mantine/core";
import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useState } from "react";
import { Modal } from "../ui/modal";
import { MutationError } from "./mutation-error";
import classes from "./reason-dialog.module.css";

const REASON_MAX = 500;

interface ReasonDialogProps {
  title: string;
  confirm: string;
  /** What is about to be done, and to whom. */
  children: ReactNode;
  danger?: boolean;
  /** In the place of "Reason". */
  reasonLabel?: string;
  /** Something of it is not fit to be sent yet. */
  isBlocked?: boolean;
  isPending: boolean;
  error: unknown;
  onConfirm: (reason: string) => void;
  onClose: () => void;
}

/** Asks for a reason, which stays in the audit log, before an operator does something to somebody's money. */
export function ReasonDialog({
  title,
  confirm,
  children,
  danger = false,
  reasonLabel,
  isBlocked = false,
  isPending,
  error,
  onConfirm,
  onClose,
}: ReasonDialogProps) {
  const t = useTranslations("adminCommon");
  const [reason, setReason] = useState("");
  function submit(event: FormEvent) {
    event.preventDefault();
    onConfirm(reason.trim());
  }
  return (
    <Modal opened onClose={onClose} title={title} centered closeButtonProps={{ "aria-label": t("cancel") }}>
      <form onSubmit={submit} className={`${classes.form} thumbs`} data-testid="reason-dialog">
        {children}
        <Textarea
          label={reasonLabel ?? t("reason")}
          description={t("reasonHint")}
          required
          maxLength={REASON_MAX}
          autosize
          minRows={2}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
          data-testid="reason"
        />
        <MutationError error={error} />
        <div className={classes.actions}>
          <Button
            type="submit"
            color={danger ? "red" : undefined}
            loading={isPending}
            disabled={isBlocked || reason.trim() === ""}
            data-testid="reason-confirm"
          >
            {confirm}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t("cancel")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
