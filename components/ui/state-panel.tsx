"use client";

import { IconRefresh } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { readApiError } from "../lib/api-error";
import { ActionButton } from "./action";
import { ErrorText } from "./error-text";
import classes from "./state-panel.module.css";

interface StatePanelProps {
  title: string;
  children?: ReactNode;
  /** Buttons or links that lead on. */
  action?: ReactNode;
  mood?: "calm" | "storm";
  headingLevel?: 1 | 2 | 3;
  testId?: string;
}

/** An empty, closed or broken place, drawn rather than left blank. */
export function StatePanel({
  title,
  children,
  action,
  mood = "calm",
  headingLevel = 2,
  testId,
}: StatePanelProps) {
  const Heading = `h${headingLevel}` as const;
  return (
    <div className={classes.panel} data-testid={testId}>
      <StateArt mood={mood} />
      <Heading className={classes.title}>{title}</Heading>
      {children ? <div className={classes.text}>{children}</div> : null}
      {action ? <div className={classes.action}>{action}</div> : null}
    </div>
  );
}

/** A failed read, with the reason, the trace id and a way to try again. */
export function ErrorPanel({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useTranslations("common");
  return (
    <div role="alert">
      <StatePanel
        title={t("loadFailed")}
        mood="storm"
        testId="error-panel"
        action={
          onRetry ? (
            <ActionButton look="quiet" onClick={onRetry}>
              <IconRefresh size={18} aria-hidden />
              {t("tryAgain")}
            </ActionButton>
          ) : null
        }
      >
        <ErrorText error={readApiError(error)} />
      </StatePanel>
    </div>
  );
}

const DROPS = [
  [34, 62],
  [52, 74],
  [70, 60],
  [88, 76],
  [106, 64],
] as const;

function StateArt({ mood }: { mood: "calm" | "storm" }) {
  return (
    <svg viewBox="0 0 140 110" className={classes.art} data-mood={mood} aria-hidden focusable="false">
      <circle cx="98" cy="34" r="20" fill="var(--dp-gold)" opacity="0.85" />
      <path
        d="M38 66a18 18 0 0 1 0-36 24 24 0 0 1 45-4 17 17 0 0 1 22 16 12 12 0 0 1 1 24z"
        fill="var(--dp-raised)"
        stroke="var(--dp-line)"
        strokeWidth="2"
      />
      {DROPS.map(([x, y], i) => (
        <path
          key={x}
          className={classes.drop}
          style={{ animationDelay: `${i * 0.23}s` }}
          d={`M${x} ${y + 10}c3 4 4.500 6.500 4.500 8.800a4.500 4.500 0 0 1-9 0c0-2.300 1.500-4.800 4.500-8.800z`}
          fill={mood === "storm" ? "var(--dp-bad)" : "var(--dp-accent)"}
        />
      ))}
    </svg>
  );
}
