"use client";

import { Button, Modal } from "@mantine/core";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { GiftPicture } from "../gift/art/gift-picture";
import { RedPacket } from "../rain/art/red-packet";
import classes from "./sign-in-prompt.module.css";

interface SignInPromptProps {
  /** What the person wants to do. */
  to: "gifts" | "rain";
  href: string;
  onClose: () => void;
}

/** Shown to a guest who taps a gift or a red packet. */
export function SignInPrompt({ to, href, onClose }: SignInPromptProps) {
  const t = useTranslations("signInPrompt");
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(to === "rain" ? "rainTitle" : "title")}
      centered
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <div className={classes.body} data-testid="sign-in-prompt">
        <div className={classes.art}>
          {to === "rain" ? (
            <RedPacket height={92} />
          ) : (
            <>
              <GiftPicture effect="hearts" size={64} />
              <GiftPicture effect="rocket" size={88} />
              <GiftPicture effect="crown" size={64} />
            </>
          )}
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
