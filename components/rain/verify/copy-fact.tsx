"use client";

import { CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import classes from "./verify-page.module.css";

interface CopyFactProps {
  label: string;
  /** What is copied. */
  value: string;
  /** What is shown, when the whole is too long. */
  shown?: string;
}

/** One fact with a button that copies it. */
export function CopyFact({ label, value, shown = value }: CopyFactProps) {
  const t = useTranslations("rainVerify");
  return (
    <div className={classes.fact}>
      <dt>{label}</dt>
      <dd>
        <code>{shown}</code>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <button
              type="button"
              className={classes.copy}
              onClick={copy}
              aria-label={t("copy", { what: label })}
            >
              {copied ? <IconCheck size={17} aria-hidden /> : <IconCopy size={17} aria-hidden />}
              <span role="status" className="visually-hidden">
                {copied ? t("copied") : ""}
              </span>
            </button>
          )}
        </CopyButton>
      </dd>
    </div>
  );
}
