"use client";

import { IconArrowUpRight } from "@tabler/icons-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { CheckKey, Difference } from "@/server/contracts/reconciliation";
import { TraceId } from "../../ui/trace-id";
import admin from "../admin.module.css";
import classes from "./reconciliation.module.css";
import { findSubjectLink } from "./subject-link";

/** What does not agree, each with both sides and the way to its cause. */
export function DifferenceList({ differences }: { differences: (Difference & { check: CheckKey })[] }) {
  const t = useTranslations("reconciliation");
  return (
    <section className={admin.card} aria-labelledby="reconciliation-differences">
      <h2 id="reconciliation-differences" className={admin.cardTitle}>
        {t("differencesTitle")}
      </h2>
      <ol className={classes.differences}>
        {differences.map((difference, index) => (
          <li
            key={`${difference.check}/${difference.subject}/${index}`}
            className={classes.difference}
            data-testid="reconciliation-difference"
          >
            <div className={classes.differenceHead}>
              <span className={classes.checkName}>{t(`check.${difference.check}`)}</span>
              <Subject difference={difference} />
            </div>
            <dl className={`${classes.sides} numeric`}>
              <div>
                <dt>{t("expected")}</dt>
                <dd>{difference.expected ?? "—"}</dd>
              </div>
              <div>
                <dt>{t("actual")}</dt>
                <dd className={admin.bad}>{difference.actual ?? "—"}</dd>
              </div>
            </dl>
            <Facts facts={difference.facts} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Subject({ difference }: { difference: Difference }) {
  const link = findSubjectLink(difference);
  if (!link) return <span className={admin.mono}>{difference.subject}</span>;
  return (
    <Link href={link} className={`${admin.mono} ${classes.subject}`}>
      {difference.subject}
      <IconArrowUpRight size={15} aria-hidden />
    </Link>
  );
}

/** Names of facts are the same in every language: an engineer looks for them in the code and the logs. */
function Facts({ facts }: { facts: Difference["facts"] }) {
  const known = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined);
  if (known.length === 0) return null;
  return (
    <dl className={`${classes.facts} ${admin.mono}`}>
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {name.toLowerCase().endsWith("traceid") ? <TraceId traceId={String(value)} /> : String(value)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
