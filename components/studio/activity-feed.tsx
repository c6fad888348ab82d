"use client";

import { useTranslations } from "next-intl";
import { memo, useMemo } from "react";
import { GiftPicture } from "../gift/art/gift-picture";
import { useLocaleFormats } from "../lib/use-locale-formats";
import { type ReadableStore, useValue } from "../lib/value-store";
import { powersOver } from "../room/features/moderation/powers";
import { type ChatLine, chatKey, type GiftLine, type Timeline } from "../room/session/timeline";
import { CoinAmount } from "../ui/coin";
import classes from "./activity-feed.module.css";

const LINES_MAX = 80;
type Entry = { at: string; key: string } & (
  | { gift: GiftLine; chat?: never }
  | { chat: ChatLine; gift?: never }
);

interface ActivityFeedProps {
  timeline: ReadableStore<Timeline>;
  myId: string;
  /** Opens what the anchor may do about a message and its author. */
  onPick: (line: ChatLine) => void;
}

/** Gifts and chat as they come, newest first. */
export const ActivityFeed = memo(function ActivityFeed({ timeline, myId, onPick }: ActivityFeedProps) {
  const t = useTranslations("studio");
  const formats = useLocaleFormats();
  const { gifts, chat: lines } = useValue(timeline);
  const entries = useMemo(() => {
    const all: Entry[] = [
      ...gifts.map((gift) => ({ at: gift.at, key: gift.key, gift })),
      ...lines.map((chat) => ({
        at: chat.at,
        key: chatKey(chat.sender.userId, chat.messageId),
        chat,
      })),
    ];
    return all.sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, LINES_MAX);
  }, [gifts, lines]);
  return (
    <section className={classes.card} aria-labelledby="activity-title">
      <h2 id="activity-title" className={classes.title}>
        {t("activity")}
      </h2>
      {entries.length === 0 ? (
        <p className={classes.empty}>{t("noActivity")}</p>
      ) : (
        <ol
          className={classes.list}
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard
          tabIndex={0}
          aria-label={t("activity")}
          data-testid="activity-feed"
        >
          {entries.map((entry) => (
            <li key={entry.key} className={classes.line} data-kind={entry.gift ? "gift" : "chat"}>
              <time dateTime={entry.at} className="numeric">
                {formats.clock(entry.at)}
              </time>
              {entry.gift ? (
                <>
                  <GiftPicture effect={entry.gift.effect} size={26} />
                  <span className={classes.text}>
                    <b>
                      <bdi>{entry.gift.senderName || t("anonymous")}</bdi>
                    </b>{" "}
                    <bdi>{formats.locale === "zh" ? entry.gift.nameZh : entry.gift.nameEn}</bdi>{" "}
                    <b className="numeric">×{formats.coins(entry.gift.count)}</b>
                  </span>
                  <CoinAmount>{formats.coins(entry.gift.totalCoins)}</CoinAmount>
                </>
              ) : (
                <span className={classes.text}>
                  <Author line={entry.chat} myId={myId} onPick={onPick} /> <bdi>{entry.chat.text}</bdi>
                </span>
              )}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
});

interface AuthorProps extends Pick<ActivityFeedProps, "myId" | "onPick"> {
  line: ChatLine;
}

function Author({ line, myId, onPick }: AuthorProps) {
  const t = useTranslations("chat");
  const { sender } = line;
  const name = <bdi>{sender.nickname}</bdi>;
  // The studio is its anchor's: whose room it is and who looks are one.
  if (!powersOver(line, { userId: myId, role: "anchor" }, { anchorId: myId, moderatorIds: [] }).remove)
    return <b>{name}</b>;
  const isOwn = sender.userId === myId;
  const label = isOwn ? t("ownMessage") : t("moderate", { name: sender.nickname });
  return (
    <button
      type="button"
      className={classes.author}
      title={label}
      aria-label={label}
      data-testid={isOwn ? "own-message" : "moderate"}
      onClick={() => onPick(line)}
    >
      {name}
    </button>
  );
}
