"use client";

import { Button, Checkbox, SegmentedControl, TextInput } from "@mantine/core";
import { IconEraser, IconTrash } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { Role } from "@/domain/contracts/ids";
import type { ChatMessage, RestrictionKind } from "@/domain/contracts/room";
import { Modal } from "../../../ui/modal";
import classes from "./moderation-dialog.module.css";
import { type Powers, powersOver } from "./powers";
import { useModeration } from "./use-moderation";

const REASON_MAX = 100;
/** Minutes by the name of the choice; for good has none. */
const LENGTHS = { minutes10: 10, hour: 60, day: 24 * 60, forGood: undefined } as const;
type Length = keyof typeof LENGTHS;

interface ModerationDialogProps {
  roomId: string;
  /** The message it is about; null while it is closed. It stays mounted, so that what it began is told to its end. */
  line: ChatMessage | null;
  /** Who looks, and whose room it is: that decides what is offered. */
  me: { userId: string; role: Role } | null;
  anchorId: string;
  onClose: () => void;
}

/** What one may do about a message: take it away, and as a moderator hide, mute or remove its author, how long, and why. */
export function ModerationDialog({ roomId, line, me, anchorId, onClose }: ModerationDialogProps) {
  const t = useTranslations("moderation");
  const { restrict, removeMessage, hideWords } = useModeration(roomId);
  return (
    <Modal
      opened={line !== null}
      onClose={onClose}
      title={<bdi>{line?.sender.nickname}</bdi>}
      centered
      closeButtonProps={{ "aria-label": t("cancel") }}
    >
      {line ? (
        <ModerationForm
          key={`${line.sender.userId}/${line.messageId}`}
          line={line}
          powers={powersOver(line, me, anchorId)}
          onCancel={onClose}
          onRemove={(reason) => {
            removeMessage(line, reason);
            onClose();
          }}
          onHide={(reason) => {
            hideWords(line.sender, reason);
            onClose();
          }}
          onSubmit={(kind, terms) => {
            restrict(kind, line.sender, terms);
            onClose();
          }}
        />
      ) : null}
    </Modal>
  );
}

interface Terms {
  minutes: number | undefined;
  reason: string;
  hideWords: boolean;
}

interface ModerationFormProps {
  line: ChatMessage;
  powers: Powers;
  onRemove: (reason: string) => void;
  onHide: (reason: string) => void;
  onSubmit: (kind: RestrictionKind, terms: Terms) => void;
  onCancel: () => void;
}

function ModerationForm({ line, powers, onRemove, onHide, onSubmit, onCancel }: ModerationFormProps) {
  const t = useTranslations("moderation");
  const [kind, setKind] = useState<RestrictionKind>("mute");
  const [length, setLength] = useState<Length>("minutes10");
  const [reason, setReason] = useState("");
  const [hidesWords, setHidesWords] = useState(true);
  const why = reason.trim();

  function submit(event: FormEvent) {
    event.preventDefault();
    if (powers.restrict) onSubmit(kind, { minutes: LENGTHS[length], reason: why, hideWords: hidesWords });
  }

  return (
    <form className={classes.form} onSubmit={submit} data-testid="moderation-dialog">
      <blockquote className={classes.quote}>
        <bdi>{line.text}</bdi>
      </blockquote>
      <div className={classes.words}>
        {powers.remove ? (
          <Button
            variant="default"
            leftSection={<IconTrash size={17} aria-hidden />}
            onClick={() => onRemove(why)}
            data-testid="message-remove"
          >
            {t("remove")}
          </Button>
        ) : null}
        {powers.hide ? (
          <Button
            variant="default"
            leftSection={<IconEraser size={17} aria-hidden />}
            onClick={() => onHide(why)}
            data-testid="words-hide"
          >
            {t("hideWords")}
          </Button>
        ) : null}
      </div>
      {powers.restrict ? (
        <>
          <SegmentedControl
            fullWidth
            aria-label={t("what")}
            value={kind}
            onChange={(value) => setKind(value)}
            data={[
              { value: "mute", label: t("mute") },
              { value: "kick", label: t("kick") },
            ]}
            data-testid="moderation-kind"
          />
          <p className={classes.explained}>{t(kind === "kick" ? "kickExplained" : "muteExplained")}</p>
          {kind === "kick" ? (
            <Checkbox
              label={t("hideOnKick")}
              checked={hidesWords}
              onChange={(event) => setHidesWords(event.currentTarget.checked)}
              data-testid="kick-hides-words"
            />
          ) : null}
          <div>
            <span className={classes.label}>{t("howLong")}</span>
            <SegmentedControl
              fullWidth
              aria-label={t("howLong")}
              value={length}
              onChange={(value) => setLength(value)}
              data={(Object.keys(LENGTHS) as Length[]).map((value) => ({
                value,
                label: t(`lengths.${value}`),
              }))}
              data-testid="moderation-length"
            />
          </div>
        </>
      ) : null}
      {powers.hide ? (
        <TextInput
          label={t("reason")}
          description={powers.restrict ? t("reasonHint") : t("reasonOfRemoval")}
          value={reason}
          maxLength={REASON_MAX}
          autoComplete="off"
          data-testid="moderation-reason"
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      ) : null}
      <div className={classes.actions}>
        <Button variant="default" onClick={onCancel}>
          {t("cancel")}
        </Button>
        {powers.restrict ? (
          <Button type="submit" data-testid="moderation-confirm">
            {t(kind)}
          </Button>
        ) : null}
      </div>
    </form>
  );
}
