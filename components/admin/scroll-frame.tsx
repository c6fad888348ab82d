"use client";

import type { ReactNode } from "react";
import classes from "./admin.module.css";

type ScrollFrameProps = { children: ReactNode } & ({ label: string } | { labelledBy: string });

/** Lets a wide table scroll by itself, with the keyboard too. */
export function ScrollFrame({ children, ...name }: ScrollFrameProps) {
  return (
    <div
      className={classes.tableFrame}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard
      tabIndex={0}
      role="group"
      aria-label={"label" in name ? name.label : undefined}
      aria-labelledby={"labelledBy" in name ? name.labelledBy : undefined}
    >
      {children}
    </div>
  );
}
