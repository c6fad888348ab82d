"use client";

import { Button, Checkbox, SegmentedControl, TextInput } from "@mantine/core";
import { IconEraser, IconShield, IconTrash } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { Role } from "@/domain/contracts/ids";
import type { RestrictionKind } from "@/domain/contracts/room";
import { Modal } from "../../../ui/modal";
import classes from "./moderation-dialog.module.css";
import { isModeratorIn, type ModerationTarget, type Powers, powersOver, type RoomRanks } from "./powers";
import { useModeration } from "./use-moderation";

const REASON_MAX = 100;
/** Minutes by the name of the choice; for good has none. */
const LENGTHS = { minutes10: 10, hour: 60, day: 24 * 60, forGood: undefined } as const;
type Length = keyof typeof LENGTHS;

interface ModerationDialogProps {
  roomId: string;
  /** Whom it is about; null while it is closed. It stays mounted, so that what it began is told to its end. */
  target: ModerationTarget | null;
  /** Who looks, and who moderates the room: that decides what is offered. */
  me: { userId: string; role: Role } | null;
  ranks: RoomRanks;
  onClose: () => void;
}

/**
 * What one may do about a message: take it away, and as a moderator hide, mute, remove or ban its author, how long, and why. An
 * anchor lets them moderate from here, too.
 */
export function ModerationDialog({ roomId, target, me, ranks, onClose }: ModerationDialogProps) {
  const t = useTranslations("moderation");
  const { restrict, removeMessage, hideWords, appoint } = useModeration(roomId);
  return (
    <Modal
      opened={target !== null}
      onClose={onClose}
      title={<bdi>{target?.sender.nickname}</bdi>}
      centered
      closeButtonProps={{ "aria-label": t("cancel") }}
    >
      {target ? (
        <ModerationForm
          key={`${target.sender.userId}/${target.messageId}`}
          target={target}
          powers={powersOver(target, me, ranks)}
          isModerator={ranks.moderatorIds.includes(target.sender.userId)}
          onCancel={onClose}
          onRemove={(reason) => {
            const { messageId, sender } = target;
            if (messageId !== undefined) {
              removeMessage({ messageId, sender }, reason, isModeratorIn(me, ranks));
            }
            onClose();
          }}
          onHide={(reason) => {
            hideWords(target.sender, reason);
            onClose();
          }}
          onAppoint={(on) => {
            appoint(target.sender, on);
            onClose();
          }}
          onSubmit={(kind, terms) => {
            restrict(kind, target.sender, terms);
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

/** A ban is a removal for good, with all words. */
type Choice = RestrictionKind | "ban";

interface ModerationFormProps {
  target: ModerationTarget;
  powers: Powers;
  isModerator: boolean;
  onAppoint: (on: boolean) => void;
  onRemove: (reason: string) => void;
  onHide: (reason: string) => void;
  onSubmit: (kind: RestrictionKind, terms: Terms) => void;
  onCancel: () => void;
}

function ModerationForm({ target, powers, isModerator, ...on }: ModerationFormProps) {
  const { onRemove, onHide, onAppoint, onSubmit, onCancel } = on;
  const t = useTranslations("moderation");
  const [kind, setKind] = useState<Choice>("mute");
  const [length, setLength] = useState<Length>("minutes10");
  const [reason, setReason] = useState("");
  const [hidesWords, setHidesWords] = useState(true);
  const why = reason.trim();

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!powers.restrict) return;
    if (kind === "ban") onSubmit("kick", { minutes: undefined, reason: why, hideWords: true });
    else onSubmit(kind, { minutes: LENGTHS[length], reason: why, hideWords: hidesWords });
  }

  return (
    <form className={classes.form} onSubmit={submit} data-testid="moderation-dialog">
      {target.text === undefined ? null : (
        <blockquote className={classes.quote}>
          <bdi>{target.text}</bdi>
        </blockquote>
      )}
      <div className={classes.words}>
        {powers.remove && target.messageId !== undefined ? (
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
        {powers.appoint ? (
          <Button
            variant="default"
            leftSection={<IconShield size={17} aria-hidden />}
            onClick={() => onAppoint(!isModerator)}
            data-testid="appoint"
            data-on={isModerator}
          >
            {t(isModerator ? "dismiss" : "appoint")}
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
              { value: "ban", label: t("ban") },
            ]}
            data-testid="moderation-kind"
          />
          <p className={classes.explained}>{t(`${kind}Explained`)}</p>
          {kind === "kick" ? (
            <Checkbox
              label={t("hideOnKick")}
              checked={hidesWords}
              onChange={(event) => setHidesWords(event.currentTarget.checked)}
              data-testid="kick-hides-words"
            />
          ) : null}
          <div hidden={kind === "ban"}>
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
