"use client";

import { useSessionStorage } from "@mantine/hooks";
import { IconSend2 } from "@tabler/icons-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, memo, useEffect, useRef, useState } from "react";
import classes from "./chat.module.css";

/** The server's bound on one message; kept here because the contract's module brings its validator with it. */
export const CHAT_LENGTH_MAX = 200;

interface ChatInputProps {
  /** Why one may not write here now; null when one may. */
  blockedBecause: string | null;
  /** Where to go instead, for those who only have to sign in. */
  signInHref?: string;
  /** The room's slow mode: how long one waits between two messages; 0 is off. */
  slowModeSeconds: number;
  onSend: (text: string) => void;
}

export const ChatInput = memo(function ChatInput({
  blockedBecause,
  signInHref,
  slowModeSeconds,
  onSend,
}: ChatInputProps) {
  const t = useTranslations("chat");
  const pathname = usePathname();
  // Kept for as long as the tab: neither a page that reloads by itself nor a short mute takes what was typed.
  const [text, setText] = useSessionStorage({ key: `downpour.draft.${pathname}`, defaultValue: "" });
  const inputRef = useRef<HTMLInputElement>(null);
  const composing = useRef(false);
  const [waitSeconds, setWaitSeconds] = useState(0);
  useEffect(() => {
    if (waitSeconds <= 0) return;
    const timer = setTimeout(() => setWaitSeconds(waitSeconds - 1), 1_000);
    return () => clearTimeout(timer);
  }, [waitSeconds]);

  if (blockedBecause !== null) {
    return (
      <p className={classes.blocked} data-testid="chat-blocked">
        {blockedBecause}
        {signInHref ? (
          <Link href={signInHref} prefetch={false}>
            {t("signIn")}
          </Link>
        ) : null}
      </p>
    );
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    const trimmed = text.trim();
    if (trimmed === "" || composing.current || waitSeconds > 0) return;
    onSend(trimmed);
    setText("");
    setWaitSeconds(slowModeSeconds);
    inputRef.current?.focus();
  }

  return (
    <form className={classes.form} onSubmit={submit}>
      <input
        ref={inputRef}
        className={classes.input}
        value={text}
        maxLength={CHAT_LENGTH_MAX}
        placeholder={
          waitSeconds > 0
            ? t("slowModeWait", { seconds: waitSeconds })
            : slowModeSeconds > 0
              ? t("slowMode", { seconds: slowModeSeconds })
              : t("placeholder")
        }
        aria-label={t("inputLabel")}
        autoComplete="off"
        enterKeyHint="send"
        data-testid="chat-input"
        onChange={(event) => setText(event.currentTarget.value)}
        onCompositionStart={() => {
          composing.current = true;
        }}
        onCompositionEnd={() => {
          composing.current = false;
        }}
      />
      <button
        type="submit"
        className={classes.send}
        aria-label={t("send")}
        disabled={text.trim() === "" || waitSeconds > 0}
        data-testid="chat-send"
      >
        <IconSend2 size={19} aria-hidden />
      </button>
    </form>
  );
});
