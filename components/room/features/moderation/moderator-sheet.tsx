"use client";

import { useTranslations } from "next-intl";
import { Modal } from "../../../ui/modal";
import { ModeratorPanel } from "./moderator-panel";
import type { ModerationTarget } from "./powers";

interface ModeratorSheetProps {
  roomId: string;
  onPick: (target: ModerationTarget) => void;
  onClose: () => void;
}

/** The panel over a room that one watches. */
export function ModeratorSheet({ roomId, onPick, onClose }: ModeratorSheetProps) {
  const t = useTranslations("moderation");
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("panel")}
      centered
      closeButtonProps={{ "aria-label": t("cancel") }}
    >
      <ModeratorPanel
        roomId={roomId}
        onPick={(target) => {
          // One sheet at a time: each holds the keyboard.
          onClose();
          onPick(target);
        }}
      />
    </Modal>
  );
}
