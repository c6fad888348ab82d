"use client";

import { IconArrowUpRight } from "@tabler/icons-react";
import Link from "next/link";
import admin from "./admin.module.css";
import classes from "./facts.module.css";
import { findSubjectLink } from "./subject-link";

/** What something is about, as `kind:id`, with the way to it where there is a page. */
export function SubjectRef({ subject, facts }: { subject: string; facts: Record<string, unknown> }) {
  const link = findSubjectLink({ subject, facts });
  if (!link) return <span className={admin.mono}>{subject}</span>;
  return (
    <Link href={link} className={`${admin.mono} ${classes.subject}`}>
      {subject}
      <IconArrowUpRight size={15} aria-hidden />
    </Link>
  );
}
