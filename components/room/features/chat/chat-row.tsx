"use client";

import { IconPencil, IconRefresh, IconX } from "@tabler/icons-react";
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
  /** For those who do not: opens a report about a message. */
  onReport?: ((line: ChatLine) => void) | undefined;
  onResend?: ((line: ChatLine) => void) | undefined;
  /** Gives a refused message back to the field. */
  onEdit?: ((line: ChatLine) => void) | undefined;
  onDiscard?: ((line: ChatLine) => void) | undefined;
}

const NAME_HUES = 6;

interface ChatRowProps extends ChatRowActions {
  line: ChatLine;
  isAnchor: boolean;
  isModerator: boolean;
  isOwn: boolean;
}

export const ChatRow = memo(function ChatRow({
  line,
  isAnchor,
  isModerator,
  isOwn,
  onModerate,
  onReport,
  onOwn,
  onResend,
  onEdit,
  onDiscard,
}: ChatRowProps) {
  const t = useTranslations("chat");
  const { sender, state } = line;
  const open = state === "sent" ? (isOwn ? onOwn : (onModerate ?? onReport)) : undefined;
  const hue = (sender.userId.charCodeAt(sender.userId.length - 1) || 0) % NAME_HUES;
  const doing = isOwn ? "own-message" : onModerate ? "moderate" : "report";
  const label = isOwn ? t("ownMessage") : t(onModerate ? "moderate" : "report", { name: sender.nickname });
  return (
    <p className={classes.line} data-own={isOwn} data-state={state} data-testid="chat-line">
      {isAnchor ? <span className={classes.badge}>{t("anchor")}</span> : null}
      {isModerator ? (
        <span className={classes.badge} data-testid="moderator-badge">
          {t("moderator")}
        </span>
      ) : null}
      {sender.role === "operator" ? <span className={classes.badge}>{t("operator")}</span> : null}
      {open ? (
        <button
          type="button"
          className={classes.name}
          data-hue={hue}
          data-guest={sender.role === "guest"}
          data-testid={doing}
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
      {line.isHeld ? (
        <span className={classes.held} role="status" data-testid="chat-held">
          {t("held")}
        </span>
      ) : null}
      {state === "waiting" || state === "refused" ? (
        <Unsent line={line} onResend={onResend} onEdit={onEdit} onDiscard={onDiscard} />
      ) : null}
    </p>
  );
});

/** Why an own message is not there for others yet, and what may be done about it. */
function Unsent({
  line,
  onResend,
  onEdit,
  onDiscard,
}: Pick<ChatRowProps, "line" | "onResend" | "onEdit" | "onDiscard">) {
  const t = useTranslations("chat");
  const toText = useErrorText();
  const isRefused = line.state === "refused";
  // For its words it would be refused again as it is.
  const isForWords = line.problem?.name === "CHAT_REJECTED";
  return (
    <span className={classes.unsent} role="status" data-testid="chat-unsent">
      <span className={isRefused ? classes.refused : classes.waiting}>
        {isRefused ? t("notSent") : t("waiting")}
        {isRefused && line.problem ? ` ${toText(line.problem)}` : ""}
      </span>
      {isRefused && onResend && !isForWords ? (
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
      {isRefused && onEdit ? (
        <button type="button" className={classes.again} data-testid="chat-edit" onClick={() => onEdit(line)}>
          <IconPencil size={15} aria-hidden />
          {t("edit")}
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
