"use client";

import { Button, CloseButton, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { DeadLetterAction, DeadLetterDetail } from "@/domain/contracts/dead-letters";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { ErrorPanel } from "../../ui/state-panel";
import { TraceId } from "../../ui/trace-id";
import admin from "../admin.module.css";
import item from "../item-card.module.css";
import { SubjectRef } from "../subject-ref";
import { DeadLetterFacts } from "./dead-letter-facts";
import classes from "./dead-letters.module.css";
import { DecisionDialog } from "./decision-dialog";

const REFRESH_MS = 5_000;

/** One dead letter: what was queued, how it stands in the books now, and what can be done with it. */
export function DeadLetterCard({ deadLetterId, onClose }: { deadLetterId: string; onClose: () => void }) {
  const t = useTranslations("admin.deadLetters");
  const trpc = useTRPC();
  const [action, setAction] = useState<DeadLetterAction | null>(null);
  const { data, error, refetch } = useQuery(
    trpc.ops.deadLetter.queryOptions({ deadLetterId }, { retry: false, refetchInterval: REFRESH_MS }),
  );
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={260} radius="lg" />;
  return (
    <section
      className={admin.card}
      aria-labelledby="dead-letter-title"
      data-testid="dead-letter-card"
      data-status={data.status}
    >
      <div className={admin.cardHead}>
        <h2 id="dead-letter-title" className={admin.cardTitle}>
          {t(`kinds.${data.kind}`)}{" "}
          <span className={classes.badge} data-status={data.status}>
            {t(`statuses.${data.status}`)}
          </span>
        </h2>
        <CloseButton aria-label={t("close")} onClick={onClose} />
      </div>
      <p className={item.line}>{data.reason}</p>
      <Subjects letter={data} />
      <Standing letter={data} />
      <DeadLetterFacts letter={data} />
      <Decision letter={data} />
      <div className={item.row}>
        {data.traceId ? <TraceId traceId={data.traceId} /> : <span />}
        <div className={classes.actions}>
          {data.actions.map((one) => (
            <Button
              key={one}
              size="compact-sm"
              variant="default"
              onClick={() => setAction(one)}
              data-testid={`dead-letter-${one}`}
            >
              {t(`actions.${one}`)}
            </Button>
          ))}
        </div>
      </div>
      {action ? <DecisionDialog letter={data} action={action} onClose={() => setAction(null)} /> : null}
    </section>
  );
}

function Subjects({ letter: { userId, giftOrderId, rainId } }: { letter: DeadLetterDetail }) {
  const subjects = [
    userId && `wallet:${userId}`,
    giftOrderId && `gift-order:${giftOrderId}`,
    rainId && `rain:${rainId}`,
  ].filter((subject) => subject !== null);
  if (subjects.length === 0) return null;
  return (
    <div className={classes.actions}>
      {subjects.map((subject) => (
        <SubjectRef key={subject} subject={subject} facts={{}} />
      ))}
    </div>
  );
}

/** What the books say of it now. */
function Standing({ letter }: { letter: DeadLetterDetail }) {
  const t = useTranslations("admin.deadLetters");
  const rain = useTranslations("rainStates.status");
  if (letter.kind === "claim") {
    return letter.rainStatus ? (
      <p className={item.line}>{t("rainStatus", { status: rain(letter.rainStatus) })}</p>
    ) : null;
  }
  return (
    <p className={item.line}>
      {t(letter.isTold ? "told" : "untold")} {t(`orderStatus.${letter.orderStatus ?? "none"}`)}
    </p>
  );
}

function Decision({ letter }: { letter: DeadLetterDetail }) {
  const t = useTranslations("admin.deadLetters");
  const formats = useLocaleFormats();
  if (!letter.decidedAt || !letter.effect) return null;
  return (
    <p className={item.line} data-testid="dead-letter-decision">
      {t("decidedBy", {
        name: letter.decidedByName ?? letter.decidedBy?.slice(0, 8) ?? "—",
        at: formats.fullDateTime(letter.decidedAt),
      })}{" "}
      <bdi>{letter.note}</bdi> {t(`effects.${letter.effect}`)} {letter.isEffectDue ? t("due") : null}
    </p>
  );
}
