"use client";

import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { RestrictionKind } from "@/server/contracts/room";
import { Modal } from "../ui/modal";
import classes from "./moderation-dialog.module.css";
import { type Person, useModeration } from "./use-moderation";

const REASON_MAX = 100;
/** Minutes by the name of the choice; for good has none. */
const LENGTHS = { minutes10: 10, hour: 60, day: 24 * 60, forGood: undefined } as const;
type Length = keyof typeof LENGTHS;

interface ModerationDialogProps {
  roomId: string;
  /** Whom it is about; null while it is closed. It stays mounted, so that what it began is told to its end. */
  person: Person | null;
  onClose: () => void;
}

/** What an anchor or an operator may do about somebody in the room: mute or remove, how long, and why. */
export function ModerationDialog({ roomId, person, onClose }: ModerationDialogProps) {
  const t = useTranslations("moderation");
  const { restrict } = useModeration(roomId);
  return (
    <Modal
      opened={person !== null}
      onClose={onClose}
      title={t("title", { name: person?.nickname ?? "" })}
      centered
      closeButtonProps={{ "aria-label": t("cancel") }}
    >
      {person ? (
        <ModerationForm
          key={person.userId}
          onCancel={onClose}
          onSubmit={(kind, terms) => {
            restrict(kind, person, terms);
            onClose();
          }}
        />
      ) : null}
    </Modal>
  );
}

interface ModerationFormProps {
  onSubmit: (kind: RestrictionKind, terms: { minutes: number | undefined; reason: string }) => void;
  onCancel: () => void;
}

function ModerationForm({ onSubmit, onCancel }: ModerationFormProps) {
  const t = useTranslations("moderation");
  const [kind, setKind] = useState<RestrictionKind>("mute");
  const [length, setLength] = useState<Length>("minutes10");
  const [reason, setReason] = useState("");

  function submit(event: FormEvent) {
    event.preventDefault();
    onSubmit(kind, { minutes: LENGTHS[length], reason: reason.trim() });
  }

  return (
    <form className={classes.form} onSubmit={submit} data-testid="moderation-dialog">
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
      <TextInput
        label={t("reason")}
        description={t("reasonHint")}
        value={reason}
        maxLength={REASON_MAX}
        autoComplete="off"
        data-testid="moderation-reason"
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className={classes.actions}>
        <Button variant="default" onClick={onCancel}>
          {t("cancel")}
        </Button>
        <Button type="submit" data-testid="moderation-confirm">
          {t(kind)}
        </Button>
      </div>
    </form>
  );
}
