"use client";

import { Button } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { Alarm } from "@/server/contracts/alarms";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { TraceId } from "../../ui/trace-id";
import { FactList } from "../fact-list";
import { SubjectRef } from "../subject-ref";
import classes from "./alarms.module.css";
import { useAlarmKindText } from "./use-alarm-kind-text";

/** One alarm: what happened to what, how often and when, and who has looked. */
export function AlarmCard({ alarm, onAcknowledge }: { alarm: Alarm; onAcknowledge: () => void }) {
  const t = useTranslations("admin.alarms");
  const formats = useLocaleFormats();
  const kindText = useAlarmKindText();
  const isOpen = alarm.acknowledgedAt === null;
  return (
    <li
      className={classes.alarm}
      data-testid="alarm"
      data-alarm-id={alarm.alarmId}
      data-kind={alarm.kind}
      data-open={isOpen}
    >
      <div className={classes.head}>
        <h2 className={classes.kind}>{kindText(alarm.kind)}</h2>
        <SubjectRef subject={alarm.subject} facts={alarm.facts} />
      </div>
      <div className={`${classes.times} numeric`}>
        <span>{t("times", { count: alarm.times })}</span>
        <span>
          {t("first")} <time dateTime={alarm.firstAt}>{formats.fullDateTime(alarm.firstAt)}</time>
        </span>
        {alarm.times > 1 ? (
          <span>
            {t("last")} <time dateTime={alarm.lastAt}>{formats.fullDateTime(alarm.lastAt)}</time>
          </span>
        ) : null}
      </div>
      <FactList facts={alarm.facts} />
      {alarm.acknowledgedAt ? (
        <p className={classes.note} data-testid="alarm-note">
          {t("seenBy", {
            name: alarm.acknowledgedByName ?? alarm.acknowledgedBy?.slice(0, 8) ?? "—",
            at: formats.fullDateTime(alarm.acknowledgedAt),
          })}{" "}
          {alarm.note}
        </p>
      ) : null}
      <div className={classes.foot}>
        <TraceId traceId={alarm.traceId} />
        {isOpen ? (
          <Button size="compact-sm" variant="default" onClick={onAcknowledge} data-testid="acknowledge-alarm">
            {t("acknowledge")}
          </Button>
        ) : null}
      </div>
    </li>
  );
}
