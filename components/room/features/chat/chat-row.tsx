"use client";

import { IconRefresh, IconX } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { useErrorText } from "../../../ui/error-text";
import type { ChatLine } from "../../session/timeline";
import classes from "./chat-row.module.css";

export interface ChatRowActions {
  /** For those who moderate the room: opens what they may do about a message and its author. */
  onModerate?: ((line: ChatLine) => void) | undefined;
  /** Opens what an author may do about an own message. */
  onOwn?: ((line: ChatLine) => void) | undefined;
  onResend?: ((line: ChatLine) => void) | undefined;
  onDiscard?: ((line: ChatLine) => void) | undefined;
}

const NAME_HUES = 6;

interface ChatRowProps extends ChatRowActions {
  line: ChatLine;
  isAnchor: boolean;
  isOwn: boolean;
}

export const ChatRow = memo(function ChatRow({
  line,
  isAnchor,
  isOwn,
  onModerate,
  onOwn,
  onResend,
  onDiscard,
}: ChatRowProps) {
  const t = useTranslations("chat");
  const { sender, state } = line;
  const open = state === "sent" ? (isOwn ? onOwn : onModerate) : undefined;
  const hue = (sender.userId.charCodeAt(sender.userId.length - 1) || 0) % NAME_HUES;
  const label = isOwn ? t("ownMessage") : t("moderate", { name: sender.nickname });
  return (
    <p className={classes.line} data-own={isOwn} data-state={state} data-testid="chat-line">
      {isAnchor ? <span className={classes.badge}>{t("anchor")}</span> : null}
      {sender.role === "operator" ? <span className={classes.badge}>{t("operator")}</span> : null}
      {open ? (
        <button
          type="button"
          className={classes.name}
          data-hue={hue}
          data-guest={sender.role === "guest"}
          data-testid={isOwn ? "own-message" : "moderate"}
          aria-label={label}
          title={label}
          onClick={() => open(line)}
        >
          <bdi>{sender.nickname}</bdi>
        </button>
      ) : (
        <bdi className={classes.name} data-hue={hue} data-guest={sender.role === "guest"}>
          {sender.nickname}
        </bdi>
      )}
      <span className={classes.colon} aria-hidden>
        {" "}
      </span>
      <bdi className={classes.text}>{line.text}</bdi>
      {state === "waiting" || state === "refused" ? (
        <Unsent line={line} onResend={onResend} onDiscard={onDiscard} />
      ) : null}
    </p>
  );
});

/** Why an own message is not there for others yet, and what may be done about it. */
function Unsent({ line, onResend, onDiscard }: Pick<ChatRowProps, "line" | "onResend" | "onDiscard">) {
  const t = useTranslations("chat");
  const toText = useErrorText();
  const isRefused = line.state === "refused";
  return (
    <span className={classes.unsent} role="status" data-testid="chat-unsent">
      <span className={isRefused ? classes.refused : classes.waiting}>
        {isRefused ? t("notSent") : t("waiting")}
        {isRefused && line.problem ? ` ${toText(line.problem)}` : ""}
      </span>
      {isRefused && onResend ? (
        <button
          type="button"
          className={classes.again}
          data-testid="chat-resend"
          onClick={() => onResend(line)}
        >
          <IconRefresh size={15} aria-hidden />
          {t("resend")}
        </button>
      ) : null}
      {onDiscard ? (
        <button
          type="button"
          className={classes.discard}
          aria-label={t("discard")}
          title={t("discard")}
          data-testid="chat-discard"
          onClick={() => onDiscard(line)}
        >
          <IconX size={15} aria-hidden />
        </button>
      ) : null}
    </span>
  );
}
