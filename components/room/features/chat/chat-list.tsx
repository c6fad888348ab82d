"use client";

import { IconArrowDown } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { memo, useCallback, useLayoutEffect, useRef, useState } from "react";
import { type ReadableStore, useValuePart } from "../../../lib/value-store";
import { type ChatLine, chatKey, type Timeline } from "../../session/timeline";
import classes from "./chat-list.module.css";
import { ChatRow, type ChatRowActions } from "./chat-row";
import { countUnread, NOTHING_UNREAD } from "./count-unread";
import { Older } from "./older";
import { useFollowEnd } from "./use-follow-end";

interface ChatListProps extends ChatRowActions {
  timeline: ReadableStore<Timeline>;
  anchorId: string;
  moderatorIds: readonly string[];
  myId: string | null;
  loading: boolean;
  /** Loads what was said before; true where there is more. */
  onOlder?: () => Promise<boolean>;
  /** What was loaded of before is not read any more. */
  onAtEnd?: () => void;
}

/** So many lines a room begins with; where it has fewer there is nothing before them. */
const FIRST_PAGE = 50;
const idOf = (line: ChatLine | undefined) => (line ? chatKey(line.sender.userId, line.messageId) : "");

/** The chat, newest at the bottom. It follows new lines unless the reader has scrolled up. */
export const ChatList = memo(function ChatList({
  timeline,
  anchorId,
  moderatorIds,
  myId,
  loading,
  onOlder,
  onAtEnd,
  ...actions
}: ChatListProps) {
  const t = useTranslations("chat");
  const lines = useValuePart(timeline, "chat");
  const seen = useRef(NOTHING_UNREAD);
  const [unread, setUnread] = useState(0);
  const forgetUnread = useCallback(() => {
    seen.current = { ...seen.current, unread: new Set() };
    setUnread(0);
    onAtEnd?.();
  }, [onAtEnd]);
  const { listRef, rowsRef, follows, settle, onScroll, toEnd } = useFollowEnd(forgetUnread);
  const last = lines.at(-1);
  const lastId = last && idOf(last);
  const lastIsOwn = last?.sender.userId === myId && myId !== null;

  useLayoutEffect(() => {
    const ids = lines.map(({ messageId, sender }) => ({
      id: chatKey(sender.userId, messageId),
      isOwn: sender.userId === myId,
    }));
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
        {onOlder && lines.length >= FIRST_PAGE ? (
          <Older oldest={idOf(lines[0])} load={onOlder} listRef={listRef} />
        ) : null}
        <div ref={rowsRef}>
          {lines.length === 0 ? (
            <p className={classes.empty}>{loading ? t("loading") : t("empty")}</p>
          ) : (
            lines.map((line) => (
              <ChatRow
                key={chatKey(line.sender.userId, line.messageId)}
                line={line}
                isAnchor={line.sender.userId === anchorId}
                isModerator={moderatorIds.includes(line.sender.userId)}
                isOwn={line.sender.userId === myId}
                {...actions}
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
