"use client";

import { Button, Skeleton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { lazyPart } from "../lib/lazy-part";
import { useTRPC } from "../lib/trpc";
import { ErrorPanel } from "../ui/state-panel";
import classes from "./account-page.module.css";

const EnrolFactor = lazyPart(() => import("../second-factor/enrol-factor").then((m) => m.EnrolFactor));

/** Whether an operator has a second factor, and a way to set one up. */
export function SecondFactorCard() {
  const t = useTranslations("secondFactor");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isEnrolling, setEnrolling] = useState(false);
  const { data, error, refetch } = useQuery(trpc.me.secondFactor.queryOptions());
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={140} radius="lg" />;
  async function finish() {
    await queryClient.invalidateQueries({ queryKey: trpc.me.secondFactor.queryKey() });
    setEnrolling(false);
  }
  return (
    <section className={classes.card} aria-labelledby="second-factor-title" data-testid="second-factor">
      <h2 id="second-factor-title" className={classes.heading}>
        {t("title")}
      </h2>
      {isEnrolling ? (
        <EnrolFactor onDone={() => void finish()} />
      ) : (
        <>
          <p className={classes.text}>
            {data.isEnrolled ? t("isOn", { codes: data.recoveryCodesLeft }) : t("isOff")}
          </p>
          {data.isEnrolled ? null : (
            <div>
              <Button variant="default" onClick={() => setEnrolling(true)} data-testid="second-factor-enrol">
                {t("setUp")}
              </Button>
            </div>
          )}
        </>
      )}
    </section>
  );
}
