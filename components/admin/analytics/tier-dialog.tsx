"use client";

import { NumberInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { TierPolicy } from "@/domain/contracts/analytics";
import { useTRPC } from "../../lib/trpc";
import classes from "../admin.module.css";
import { ReasonDialog } from "../reason-dialog";

/** Where tiers begin, in percent from the top. The next run goes by it. */
export function TierDialog({ policy, onClose }: { policy: TierPolicy; onClose: () => void }) {
  const t = useTranslations("adminAnalytics");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [high, setHigh] = useState<number | string>(policy.highTopPercent);
  const [mid, setMid] = useState<number | string>(policy.midTopPercent);
  const change = useMutation(
    trpc.analytics.setTierPolicy.mutationOptions({
      onSuccess: async () => {
        notifications.show({ color: "green", message: t("tiersChanged") });
        await queryClient.invalidateQueries({ queryKey: trpc.analytics.profiles.pathKey() });
        onClose();
      },
    }),
  );
  const isFit = Number(high) > 0 && Number(high) < Number(mid) && Number(mid) <= 100;
  return (
    <ReasonDialog
      title={t("changeTiers")}
      confirm={t("save")}
      isBlocked={!isFit}
      isPending={change.isPending}
      error={change.error}
      onConfirm={(reason) =>
        change.mutate({ highTopPercent: Number(high), midTopPercent: Number(mid), reason })
      }
      onClose={onClose}
    >
      <p className={classes.hint}>{t("tiersText")}</p>
      <NumberInput label={t("highTop")} min={0.1} max={99} suffix=" %" value={high} onChange={setHigh} />
      <NumberInput label={t("midTop")} min={0.2} max={100} suffix=" %" value={mid} onChange={setMid} />
    </ReasonDialog>
  );
}
