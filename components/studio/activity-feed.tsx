"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { GiftPicture } from "../gift/art/gift-picture";
import { useLocaleFormats } from "../lib/use-locale-formats";
import type { Person } from "../moderation/use-moderation";
import type { ChatLine, GiftLine, Timeline } from "../room/timeline";
import { CoinAmount } from "../ui/coin";
import classes from "./activity-feed.module.css";

const LINES_MAX = 80;
type Entry = { at: string; key: string } & (
  | { gift: GiftLine; chat?: never }
  | { chat: ChatLine; gift?: never }
);

interface ActivityFeedProps {
  timeline: Timeline;
  myId: string;
  /** Opens what the anchor may do about the author of a message. */
  onModerate: (person: Person) => void;
}

/** Gifts and chat as they come, newest first. */
export function ActivityFeed({ timeline, myId, onModerate }: ActivityFeedProps) {
  const t = useTranslations("studio");
  const formats = useLocaleFormats();
  const entries = useMemo(() => {
    const all: Entry[] = [
      ...timeline.gifts.map((gift) => ({ at: gift.at, key: gift.key, gift })),
      ...timeline.chat.map((chat) => ({ at: chat.at, key: chat.messageId, chat })),
    ];
    return all.sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, LINES_MAX);
  }, [timeline]);
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
                    {formats.locale === "zh" ? entry.gift.nameZh : entry.gift.nameEn}{" "}
                    <b className="numeric">×{formats.coins(entry.gift.count)}</b>
                  </span>
                  <CoinAmount>{formats.coins(entry.gift.totalCoins)}</CoinAmount>
                </>
              ) : (
                <span className={classes.text}>
                  <Author sender={entry.chat.sender} myId={myId} onModerate={onModerate} />{" "}
                  <bdi>{entry.chat.text}</bdi>
                </span>
              )}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

interface AuthorProps extends Pick<ActivityFeedProps, "myId" | "onModerate"> {
  sender: ChatLine["sender"];
}

function Author({ sender, myId, onModerate }: AuthorProps) {
  const t = useTranslations("chat");
  if (sender.userId === myId || sender.role === "operator")
    return (
      <b>
        <bdi>{sender.nickname}</bdi>
      </b>
    );
  return (
    <button
      type="button"
      className={classes.author}
      title={t("moderate", { name: sender.nickname })}
      aria-label={t("moderate", { name: sender.nickname })}
      data-testid="moderate"
      onClick={() => onModerate(sender)}
    >
      <bdi>{sender.nickname}</bdi>
    </button>
  );
}
