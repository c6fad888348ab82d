"use client";

import { Button, NumberInput, Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { RetentionPolicy } from "@/server/contracts/retention";
import { useTRPC } from "../../lib/trpc";
import { ErrorPanel } from "../../ui/state-panel";
import classes from "../admin.module.css";
import { ReasonDialog } from "../reason-dialog";

const DAYS_MAX = 3_650;
const FIELDS = [
  { name: "codesDays", min: 1 },
  { name: "sessionsDays", min: 1 },
  { name: "guestsDays", min: 31 },
  { name: "chatDays", min: 1, mayKeep: true },
  { name: "callbacksDays", min: 31, mayKeep: true },
] as const satisfies readonly { name: keyof RetentionPolicy; min: number; mayKeep?: true }[];

/** After how many days what nobody needs any more is removed. */
export function RetentionCard() {
  const t = useTranslations("adminSecurity");
  const trpc = useTRPC();
  const [isEditing, setEditing] = useState(false);
  const { data, error, refetch } = useQuery(trpc.ops.retentionPolicy.queryOptions());
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={160} radius="lg" />;
  return (
    <section className={classes.card} aria-labelledby="retention-title" data-testid="retention">
      <div className={classes.cardHead}>
        <h2 id="retention-title" className={classes.cardTitle}>
          {t("retention")}
        </h2>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => setEditing(true)}
          data-testid="retention-change"
        >
          {t("change")}
        </Button>
      </div>
      <p className={classes.hint}>{t("retentionText")}</p>
      <dl className={`${classes.figures} numeric`}>
        {FIELDS.map(({ name }) => (
          <div key={name} className={classes.tile}>
            <dt className={classes.tileLabel}>{t(`retentionOf.${name}`)}</dt>
            <dd className={classes.tileValue} data-testid={`retention-${name}`}>
              {data[name] === null ? t("keptForEver") : t("days", { days: data[name] })}
            </dd>
          </div>
        ))}
      </dl>
      {isEditing ? <RetentionDialog policy={data} onClose={() => setEditing(false)} /> : null}
    </section>
  );
}

function RetentionDialog({ policy, onClose }: { policy: RetentionPolicy; onClose: () => void }) {
  const t = useTranslations("adminSecurity");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [days, setDays] = useState(policy);
  const save = useMutation(
    trpc.ops.setRetentionPolicy.mutationOptions({
      onSuccess: (saved) => {
        queryClient.setQueryData(trpc.ops.retentionPolicy.queryKey(), saved);
        onClose();
      },
    }),
  );
  return (
    <ReasonDialog
      title={t("retention")}
      confirm={t("save")}
      isPending={save.isPending}
      error={save.error}
      onConfirm={(reason) => save.mutate({ ...days, reason })}
      onClose={onClose}
    >
      {FIELDS.map(({ name, min, ...field }) => (
        <NumberInput
          key={name}
          label={t(`retentionOf.${name}`)}
          description={"mayKeep" in field ? t("emptyKeeps") : undefined}
          min={min}
          max={DAYS_MAX}
          required={!("mayKeep" in field)}
          allowDecimal={false}
          allowNegative={false}
          clampBehavior="blur"
          value={days[name] ?? ""}
          onChange={(value) =>
            setDays({ ...days, [name]: value === "" && "mayKeep" in field ? null : Number(value) })
          }
          data-testid={`retention-input-${name}`}
        />
      ))}
    </ReasonDialog>
  );
}
