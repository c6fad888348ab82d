"use client";

import { useLinkStatus } from "next/link";
import classes from "./link-waits.module.css";

/** Within a link: a line over the top of the page while what it leads to is on its way. A page that comes at once shows none. */
export function LinkWaits() {
  const { pending } = useLinkStatus();
  return pending ? <span className={classes.line} aria-hidden data-testid="link-waits" /> : null;
}
