"use client";

import { useSessionStorage } from "@mantine/hooks";
import { IconSend2 } from "@tabler/icons-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, memo, useEffect, useRef, useState } from "react";
import { countCharacters, tidyLine } from "@/server/rules/readable-text";
import classes from "./chat.module.css";

/** The server's bound on one message; kept here because the contract's module brings its validator with it. */
export const CHAT_LENGTH_MAX = 200;
/** From here on one sees how much is left. */
const COUNTED_FROM = 160;

interface ChatInputProps {
  /** Why one may not write here now; null when one may. */
  blockedBecause: string | null;
  /** Where to go instead, for those who only have to sign in. */
  signInHref?: string;
  /** The room's slow mode: how long one waits between two messages; 0 is off. */
  slowModeSeconds: number;
  onSend: (text: string) => void;
}

/** Where one writes. What was written stays until it is sent, also while one may not write, and however long it is. */
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

  // As the server counts; no character is longer than what is written here.
  const characters = text.length < COUNTED_FROM ? text.length : countCharacters(text);
  const tooMany = Math.max(0, characters - CHAT_LENGTH_MAX);

  function submit(event: FormEvent) {
    event.preventDefault();
    const line = tidyLine(text);
    if (line === "" || composing.current || waitSeconds > 0 || tooMany > 0) return;
    onSend(line);
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
        dir="auto"
        placeholder={
          waitSeconds > 0
            ? t("slowModeWait", { seconds: waitSeconds })
            : slowModeSeconds > 0
              ? t("slowMode", { seconds: slowModeSeconds })
              : t("placeholder")
        }
        aria-label={t("inputLabel")}
        aria-invalid={tooMany > 0}
        aria-describedby={characters >= COUNTED_FROM ? "chat-count" : undefined}
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
      {characters >= COUNTED_FROM ? (
        <span
          id="chat-count"
          className={`${classes.count} numeric`}
          data-over={tooMany > 0}
          role="status"
          data-testid="chat-count"
        >
          {tooMany > 0 ? t("tooMany", { count: tooMany }) : `${characters}/${CHAT_LENGTH_MAX}`}
        </span>
      ) : null}
      <button
        type="submit"
        className={classes.send}
        aria-label={t("send")}
        disabled={text.trim() === "" || waitSeconds > 0 || tooMany > 0}
        data-testid="chat-send"
      >
        <IconSend2 size={19} aria-hidden />
      </button>
    </form>
  );
});
