"use client";

import { Button, type ButtonProps } from "@mantine/core";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Modal } from "../../ui/modal";
import shared from "../studio.module.css";

interface ConfirmButtonProps extends Pick<ButtonProps, "disabled" | "loading" | "color" | "variant"> {
  label: string;
  title: string;
  text: string;
  testId: string;
  onConfirm: () => void;
}

/** A button whose act cannot be taken back: it asks first. */
export function ConfirmButton({ label, title, text, testId, onConfirm, ...button }: ConfirmButtonProps) {
  const t = useTranslations("rainStudio");
  const [asking, setAsking] = useState(false);
  const close = () => setAsking(false);
  return (
    <>
      <Button {...button} onClick={() => setAsking(true)} data-testid={testId}>
        {label}
      </Button>
      <Modal
        opened={asking}
        onClose={close}
        title={title}
        centered
        closeButtonProps={{ "aria-label": t("keep") }}
      >
        <p className={shared.modalText}>{text}</p>
        <div className={shared.modalActions}>
          <Button variant="default" onClick={close} data-autofocus>
            {t("keep")}
          </Button>
          <Button
            data-testid={`${testId}-confirm`}
            onClick={() => {
              close();
              onConfirm();
            }}
          >
            {label}
          </Button>
        </div>
      </Modal>
    </>
  );
}
