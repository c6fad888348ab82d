"use client";

import { SegmentedControl } from "@mantine/core";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { HeldList } from "./held-list";
import classes from "./moderator-panel.module.css";
import { PeopleList } from "./people-list";
import type { ModerationTarget } from "./powers";
import { ReportList } from "./report-list";
import { RestrictedList } from "./restricted-list";

const PARTS = {
  held: HeldList,
  reports: ReportList,
  people: PeopleList,
  restricted: RestrictedList,
} as const;
type PartName = keyof typeof PARTS;

interface ModeratorPanelProps {
  roomId: string;
  /** Opens what may be done about somebody. */
  onPick: (target: ModerationTarget) => void;
}

/** What whoever moderates a room looks after. */
export function ModeratorPanel({ roomId, onPick }: ModeratorPanelProps) {
  const t = useTranslations("moderation");
  const [part, setPart] = useState<PartName>("held");
  const Part = PARTS[part];
  return (
    <div className={classes.panel} data-testid="moderator-panel">
      <SegmentedControl
        fullWidth
        aria-label={t("panel")}
        value={part}
        onChange={setPart}
        data={(Object.keys(PARTS) as PartName[]).map((value) => ({ value, label: t(`parts.${value}`) }))}
        data-testid="moderator-parts"
      />
      <Part roomId={roomId} onPick={onPick} />
    </div>
  );
}
