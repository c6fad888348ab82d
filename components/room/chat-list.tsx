"use client";

import { IconArrowDown } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { memo, useCallback, useLayoutEffect, useRef, useState } from "react";
import type { Person } from "../moderation/use-moderation";
import classes from "./chat.module.css";
import { countUnread, NOTHING_UNREAD } from "./count-unread";
import type { ChatLine } from "./timeline";
import { useFollowEnd } from "./use-follow-end";

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
  const seen = useRef(NOTHING_UNREAD);
  const [unread, setUnread] = useState(0);
  const forgetUnread = useCallback(() => {
    seen.current = { ...seen.current, unread: new Set() };
    setUnread(0);
  }, []);
  const { listRef, rowsRef, follows, settle, onScroll, toEnd } = useFollowEnd(forgetUnread);
  const lastId = lines.at(-1)?.messageId;
  const lastIsOwn = lines.at(-1)?.sender.userId === myId && myId !== null;

  useLayoutEffect(() => {
    const ids = lines.map(({ messageId, sender }) => ({ id: messageId, isOwn: sender.userId === myId }));
    seen.current = countUnread(seen.current, ids, follows.current);
    setUnread(seen.current.unread.size);
    // Rows that went above and came below may leave the height as it was.
    if (!follows.current) settle();
  }, [lines, myId, follows, settle]);

  useLayoutEffect(() => {
    if (lastId !== undefined && lastIsOwn) toEnd();
  }, [lastId, lastIsOwn, toEnd]);

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
        onScroll={onScroll}
      >
        <div ref={rowsRef}>
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
      </div>
      {unread > 0 ? (
        <button type="button" className={classes.unread} onClick={toEnd} data-testid="chat-unread">
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
          <bdi>{line.sender.nickname}</bdi>
        </button>
      ) : (
        <bdi className={classes.name} data-hue={hue} data-guest={line.sender.role === "guest"}>
          {line.sender.nickname}
        </bdi>
      )}
      <span className={classes.colon} aria-hidden>
        {" "}
      </span>
      <bdi className={classes.text}>{line.text}</bdi>
      {line.state === "refused" ? <span className={classes.refused}>{t("notSent")}</span> : null}
    </p>
  );
});
