"use client";

import { useTranslations } from "next-intl";
import type { DeadLetterDetail } from "@/domain/contracts/dead-letters";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import admin from "../admin.module.css";
import { FactList } from "../fact-list";
import item from "../item-card.module.css";
import classes from "./dead-letters.module.css";

/** Where it lay and what it held, to the letter. */
export function DeadLetterFacts({ letter }: { letter: DeadLetterDetail }) {
  const t = useTranslations("admin.deadLetters");
  const formats = useLocaleFormats();
  const { bucket, entryId, coins, packetIndex, createdAt, fields, userName } = letter;
  const texts = fields.filter((_, i) => i % 2 === 1);
  return (
    <>
      <FactList facts={{ bucket, entryId, userName, packetIndex, coins }} />
      <p className={`${item.dim} numeric`}>
        {t("created")} <time dateTime={createdAt}>{formats.fullDateTime(createdAt)}</time>
      </p>
      <details>
        <summary className={classes.summary}>{t("queued")}</summary>
        <pre className={`${classes.queued} ${admin.mono}`}>
          {texts.length === 1 ? texts[0] : JSON.stringify(fields)}
        </pre>
      </details>
    </>
  );
}
