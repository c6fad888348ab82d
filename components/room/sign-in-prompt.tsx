"use client";

import { Button, Modal } from "@mantine/core";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { GiftArt } from "../gift/art/gift-art";
import classes from "./sign-in-prompt.module.css";

/** Shown to a guest who taps a gift. */
export function SignInPrompt({ href, onClose }: { href: string; onClose: () => void }) {
  const t = useTranslations("signInPrompt");
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("title")}
      centered
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <div className={classes.body} data-testid="sign-in-prompt">
        <div className={classes.art}>
          <GiftArt effect="hearts" size={64} />
          <GiftArt effect="rocket" size={88} animated />
          <GiftArt effect="crown" size={64} />
        </div>
        <p className={classes.text}>{t("text")}</p>
        <Button component={Link} href={href} fullWidth size="md" radius="xl" data-autofocus>
          {t("signIn")}
        </Button>
        <Button variant="subtle" color="gray" fullWidth onClick={onClose}>
          {t("later")}
        </Button>
      </div>
    </Modal>
  );
}
