"use client";

import { NumberInput, SegmentedControl, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SHARE_BPS_MAX } from "@/domain/rules/money";
import { useTRPC } from "../../lib/trpc";
import { ReasonDialog } from "../reason-dialog";

const HOUR_MS = 3_600_000;

/** `YYYY-MM-DDTHH:MM` as a date field has it, in the reader's own time zone. */
function toLocalText(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** A share for the platform or one anchor, from a future instant on. */
export function ShareDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("adminShares");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [scope, setScope] = useState("anchor");
  const [anchorId, setAnchorId] = useState("");
  const [percent, setPercent] = useState<number | string>(50);
  const [from, setFrom] = useState(() => toLocalText(new Date(Date.now() + HOUR_MS)));
  const save = useMutation(
    trpc.finance.setShare.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.finance.shares.pathKey() });
        onClose();
      },
    }),
  );
  function confirm(reason: string) {
    const at = new Date(from);
    save.mutate({
      anchorId: scope === "anchor" ? anchorId.trim() : null,
      shareBps: Math.round((Number(percent) * SHARE_BPS_MAX) / 100),
      // A date that was not typed whole is refused by the server with its field.
      effectiveAt: Number.isNaN(at.getTime()) ? from : at.toISOString(),
      reason,
    });
  }
  return (
    <ReasonDialog
      title={t("addTitle")}
      confirm={t("save")}
      isPending={save.isPending}
      error={save.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <SegmentedControl
        value={scope}
        onChange={setScope}
        aria-label={t("who")}
        data={[
          { value: "anchor", label: t("oneAnchor") },
          { value: "platform", label: t("platform") },
        ]}
      />
      {scope === "anchor" ? (
        <TextInput
          label={t("anchorId")}
          required
          maxLength={36}
          value={anchorId}
          onChange={(event) => setAnchorId(event.currentTarget.value)}
          data-testid="share-anchor"
        />
      ) : null}
      <NumberInput
        label={t("share")}
        suffix=" %"
        min={0}
        max={100}
        decimalScale={2}
        allowNegative={false}
        required
        value={percent}
        onChange={setPercent}
        data-testid="share-percent"
      />
      <TextInput
        type="datetime-local"
        label={t("from")}
        description={t("fromHint")}
        required
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
        data-testid="share-from"
      />
    </ReasonDialog>
  );
}
