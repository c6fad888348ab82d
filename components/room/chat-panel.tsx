"use client";

import { IconArrowDown, IconSend2 } from "@tabler/icons-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type FormEvent, memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Person } from "../moderation/use-moderation";
import classes from "./chat-panel.module.css";
import type { ChatLine } from "./timeline";

/** The server's bound on one message; kept here because the contract's module brings its validator with it. */
export const CHAT_LENGTH_MAX = 200;
const NEAR_BOTTOM_PX = 48;

interface ChatListProps {
  lines: readonly ChatLine[];
  anchorId: string;
  myId: string | null;
  loading: boolean;
  /** For those who moderate the room: opens what they may do about the author of a message. */
  onModerate?: (person: Person) => void;
}

/** The chat, newest at the bottom. It follows new lines unless the reader has scrolled up. */
export const ChatList = memo(function ChatList({
  lines,
  anchorId,
  myId,
  loading,
  onModerate,
}: ChatListProps) {
  const t = useTranslations("chat");
  const listRef = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const [unread, setUnread] = useState(0);
  const lastId = lines.at(-1)?.messageId;
  const lastIsOwn = lines.at(-1)?.sender.userId === myId && myId !== null;

  useLayoutEffect(() => {
    const list = listRef.current;
    if (!list || lastId === undefined) return;
    if (follows.current || lastIsOwn) list.scrollTop = list.scrollHeight;
    else setUnread((count) => count + 1);
  }, [lastId, lastIsOwn]);

  function toBottom() {
    const list = listRef.current;
    if (!list) return;
    list.scrollTop = list.scrollHeight;
    setUnread(0);
  }

  return (
    <div className={classes.frame}>
      <div
        ref={listRef}
        className={classes.list}
        role="log"
        // Gifts are announced in batches elsewhere; reading every chat line aloud would drown them.
        aria-live="off"
        aria-label={t("label")}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard
        tabIndex={0}
        data-testid="chat-list"
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          follows.current = scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM_PX;
          if (follows.current) setUnread(0);
        }}
      >
        {lines.length === 0 ? (
          <p className={classes.empty}>{loading ? t("loading") : t("empty")}</p>
        ) : (
          lines.map((line) => (
            <ChatRow
              key={line.messageId}
              line={line}
              isAnchor={line.sender.userId === anchorId}
              isOwn={line.sender.userId === myId}
              onModerate={onModerate}
            />
          ))
        )}
      </div>
      {unread > 0 ? (
        <button type="button" className={classes.unread} onClick={toBottom}>
          <IconArrowDown size={15} aria-hidden />
          {t("newMessages", { count: unread })}
        </button>
      ) : null}
    </div>
  );
});

const NAME_HUES = 6;

interface ChatRowProps {
  line: ChatLine;
  isAnchor: boolean;
  isOwn: boolean;
  onModerate?: (person: Person) => void;
}

const ChatRow = memo(function ChatRow({ line, isAnchor, isOwn, onModerate }: ChatRowProps) {
  const t = useTranslations("chat");
  const mayModerate = onModerate && !isAnchor && !isOwn && line.sender.role !== "operator";
  const hue = (line.sender.userId.charCodeAt(line.sender.userId.length - 1) || 0) % NAME_HUES;
  return (
    <p className={classes.line} data-own={isOwn} data-state={line.state} data-testid="chat-line">
      {isAnchor ? <span className={classes.badge}>{t("anchor")}</span> : null}
      {line.sender.role === "operator" ? <span className={classes.badge}>{t("operator")}</span> : null}
      {mayModerate ? (
        <button
          type="button"
          className={classes.name}
          data-hue={hue}
          data-guest={line.sender.role === "guest"}
          data-testid="moderate"
          aria-label={t("moderate", { name: line.sender.nickname })}
          title={t("moderate", { name: line.sender.nickname })}
          onClick={() => onModerate(line.sender)}
        >
          {line.sender.nickname}
        </button>
      ) : (
        <span className={classes.name} data-hue={hue} data-guest={line.sender.role === "guest"}>
          {line.sender.nickname}
        </span>
      )}
      <span className={classes.colon} aria-hidden>
        {" "}
      </span>
      <span className={classes.text}>{line.text}</span>
      {line.state === "refused" ? <span className={classes.refused}>{t("notSent")}</span> : null}
    </p>
  );
});

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
  const [text, setText] = useState("");
  const inputRef = useRef<HTMLInputElement>(null);
  const composing = useRef(false);
  const [waitSeconds, setWaitSeconds] = useState(0);
  useEffect(() => {
    if (waitSeconds <= 0) return;
    const timer = setTimeout(() => setWaitSeconds(waitSeconds - 1), 1_000);
    return () => clearTimeout(timer);
  }, [waitSeconds]);
  useEffect(() => {
    if (blockedBecause !== null) setText("");
  }, [blockedBecause]);

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
