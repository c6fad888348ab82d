"use client";

import { Button, Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { SpendingCaps } from "@/domain/contracts/policies";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { ErrorPanel } from "../../ui/state-panel";
import { CAP_FIELDS, CapsFields } from "../../wallet/caps-fields";
import classes from "../admin.module.css";
import { ReasonDialog } from "../reason-dialog";

/** The caps that hold for everybody. */
export function CapsPolicyCard() {
  const t = useTranslations("spending");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const [isEditing, setEditing] = useState(false);
  const { data, error, refetch } = useQuery(trpc.wallet.capsPolicy.queryOptions());
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={160} radius="lg" />;
  return (
    <section className={classes.card} aria-labelledby="caps-policy-title" data-testid="caps-policy">
      <div className={classes.cardHead}>
        <h2 id="caps-policy-title" className={classes.cardTitle}>
          {t("policyTitle")}
        </h2>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => setEditing(true)}
          data-testid="caps-policy-change"
        >
          {t("change")}
        </Button>
      </div>
      <p className={classes.hint}>{t("policyText")}</p>
      <dl className={`${classes.figures} numeric`}>
        {CAP_FIELDS.map((field) => (
          <div key={field} className={classes.tile}>
            <dt className={classes.tileLabel}>{t(field)}</dt>
            <dd className={classes.tileValue}>
              {data[field] === null ? t("none") : formats.coins(data[field])}
            </dd>
          </div>
        ))}
      </dl>
      {isEditing ? <PolicyDialog policy={data} onClose={() => setEditing(false)} /> : null}
    </section>
  );
}

function PolicyDialog({ policy, onClose }: { policy: SpendingCaps; onClose: () => void }) {
  const t = useTranslations("spending");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [caps, setCaps] = useState(policy);
  const save = useMutation(
    trpc.wallet.setCapsPolicy.mutationOptions({
      onSuccess: (saved) => {
        queryClient.setQueryData(trpc.wallet.capsPolicy.queryKey(), saved);
        onClose();
      },
    }),
  );
  return (
    <ReasonDialog
      title={t("policyTitle")}
      confirm={t("save")}
      isPending={save.isPending}
      error={save.error}
      onConfirm={(reason) => save.mutate({ ...caps, reason })}
      onClose={onClose}
    >
      <CapsFields caps={caps} onChange={setCaps} />
    </ReasonDialog>
  );
}
