"use client";

import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import classes from "./admin.module.css";

interface PolicyCardProps {
  /** Also what its parts are named after: `…-title`, `…-change`. */
  testId: string;
  title: string;
  text: string;
  /** What the button says that opens the dialog. */
  change: string;
  /** What holds now. */
  children: ReactNode;
  renderDialog: (onClose: () => void) => ReactNode;
}

/** A rule that operators change: what holds, and a dialog that changes it for a reason. */
export function PolicyCard({ testId, title, text, change, children, renderDialog }: PolicyCardProps) {
  const [isEditing, setEditing] = useState(false);
  return (
    <section className={classes.card} aria-labelledby={`${testId}-title`} data-testid={testId}>
      <div className={classes.cardHead}>
        <h2 id={`${testId}-title`} className={classes.cardTitle}>
          {title}
        </h2>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => setEditing(true)}
          data-testid={`${testId}-change`}
        >
          {change}
        </Button>
      </div>
      <p className={classes.hint}>{text}</p>
      {children}
      {isEditing ? renderDialog(() => setEditing(false)) : null}
    </section>
  );
}

interface PolicyFigure {
  label: string;
  value: ReactNode;
  testId?: string;
  /** Words are set smaller than figures. */
  isWord?: boolean;
}

/** What a policy says, as tiles. */
export function PolicyFigures({ figures }: { figures: readonly PolicyFigure[] }) {
  return (
    <dl className={`${classes.figures} numeric`}>
      {figures.map(({ label, value, testId, isWord }) => (
        <div key={label} className={classes.tile}>
          <dt className={classes.tileLabel}>{label}</dt>
          <dd className={isWord ? undefined : classes.tileValue} data-testid={testId}>
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
