"use client";

import { NumberInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { v7 as uuidv7 } from "uuid";
import { RAIN_BUDGET_COINS_MAX } from "@/domain/contracts/rain";
import { useTRPC } from "../../lib/trpc";
import { CoinIcon } from "../../ui/coin";
import { ReasonDialog } from "../reason-dialog";
import { AnchorField } from "./anchor-field";

/** Gives an anchor coins of the platform to rain. The id is made once: however often it is sent, it gives once. */
export function GrantDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("adminRains");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [grantId] = useState(() => uuidv7());
  const [anchorId, setAnchorId] = useState<string | null>(null);
  const [coins, setCoins] = useState<number | string>("");
  const [until, setUntil] = useState("");
  const give = useMutation(
    trpc.rain.grant.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.rain.grants.pathKey() });
        onClose();
      },
    }),
  );
  function confirm(reason: string) {
    if (anchorId === null) return;
    give.mutate({
      grantId,
      anchorId,
      coins: Number(coins),
      ...(until === "" ? {} : { expiresAt: new Date(until).toISOString() }),
      reason,
    });
  }
  return (
    <ReasonDialog
      title={t("giveTitle")}
      confirm={t("give")}
      isPending={give.isPending}
      error={give.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <AnchorField
        label={t("anchorId")}
        value={anchorId}
        onChange={setAnchorId}
        testId="grant-anchor"
        required
      />
      <NumberInput
        label={t("coins")}
        required
        min={1}
        max={RAIN_BUDGET_COINS_MAX}
        allowDecimal={false}
        allowNegative={false}
        thousandSeparator=","
        clampBehavior="strict"
        hideControls
        leftSection={<CoinIcon size={16} />}
        value={coins}
        onChange={setCoins}
        data-testid="grant-coins"
      />
      <TextInput
        type="datetime-local"
        label={t("until")}
        description={t("untilHint")}
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
        data-testid="grant-until"
      />
    </ReasonDialog>
  );
}
