"use client";

import { Button } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { Alarm } from "@/domain/contracts/alarms";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { TraceId } from "../../ui/trace-id";
import admin from "../admin.module.css";
import { FactList } from "../fact-list";
import { ItemCard } from "../item-card";
import item from "../item-card.module.css";
import { SubjectRef } from "../subject-ref";
import { AlarmHistory } from "./alarm-history";
import { useAlarmKindText } from "./use-alarm-kind-text";

/** One alarm: what happened to what, how often and when, and who has looked. */
export function AlarmCard({ alarm, onAcknowledge }: { alarm: Alarm; onAcknowledge: () => void }) {
  const t = useTranslations("admin.alarms");
  const formats = useLocaleFormats();
  const kindText = useAlarmKindText();
  const isUnseen = alarm.acknowledgedAt === null;
  const isOver = alarm.clearedAt !== null;
  return (
    <ItemCard
      tone={isUnseen && !isOver ? "bad" : "calm"}
      title={kindText(alarm.kind)}
      aside={<SubjectRef subject={alarm.subject} facts={alarm.facts} />}
      foot={<TraceId traceId={alarm.traceId} />}
      actions={
        isUnseen ? (
          <Button size="compact-sm" variant="default" onClick={onAcknowledge} data-testid="acknowledge-alarm">
            {t("acknowledge")}
          </Button>
        ) : null
      }
      itemProps={{
        "data-testid": "alarm",
        "data-alarm-id": alarm.alarmId,
        "data-kind": alarm.kind,
        "data-open": isUnseen && !isOver,
      }}
    >
      <div className={`${item.dim} numeric`}>
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
      {alarm.clearedAt ? (
        <p className={`${item.line} ${admin.good}`} data-testid="alarm-cleared">
          {t("clearedAt", { at: formats.fullDateTime(alarm.clearedAt) })}
        </p>
      ) : null}
      <FactList facts={alarm.facts} />
      {alarm.acknowledgedAt ? (
        <p className={item.line} data-testid="alarm-note">
          {t("seenBy", {
            name: alarm.acknowledgedByName ?? alarm.acknowledgedBy?.slice(0, 8) ?? "—",
            at: formats.fullDateTime(alarm.acknowledgedAt),
          })}{" "}
          <bdi>{alarm.note}</bdi>
        </p>
      ) : null}
      <AlarmHistory alarm={alarm} />
    </ItemCard>
  );
}
