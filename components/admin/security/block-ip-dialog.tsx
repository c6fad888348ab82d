"use client";

import { Checkbox, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { readApiError } from "../../lib/api-error";
import { useTRPC } from "../../lib/trpc";
import { ReasonDialog } from "../reason-dialog";
import { readUntil, UntilField } from "../until-field";

/** Names an address or a network to be turned away, until when and why. */
export function BlockIpDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("adminIpBlocks");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [range, setRange] = useState("");
  const [until, setUntil] = useState("");
  const [isOwn, setOwn] = useState(false);
  const [isConfirmed, setConfirmed] = useState(false);
  const save = useMutation(
    trpc.ops.blockIp.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.ops.ipBlocks.pathKey() });
        onClose();
      },
      onError: (error) => {
        if (readApiError(error).details.field === "confirmed") setOwn(true);
      },
    }),
  );
  const refusal = useRangeRefusal(save.error);
  const isKnown = refusal !== undefined || (isOwn && !isConfirmed);
  return (
    <ReasonDialog
      title={t("addTitle")}
      confirm={t("add")}
      danger
      isBlocked={range.trim() === "" || (isOwn && !isConfirmed)}
      isPending={save.isPending}
      error={isKnown ? null : save.error}
      onConfirm={(reason) =>
        save.mutate({ range: range.trim(), reason, expiresAt: readUntil(until), confirmed: isConfirmed })
      }
      onClose={onClose}
    >
      <TextInput
        label={t("range")}
        description={t("rangeHint")}
        required
        maxLength={50}
        autoComplete="off"
        spellCheck={false}
        value={range}
        error={refusal}
        onChange={(event) => {
          save.reset();
          setOwn(false);
          setConfirmed(false);
          setRange(event.currentTarget.value);
        }}
        data-testid="ip-block-range"
      />
      <UntilField value={until} onChange={setUntil} />
      {isOwn ? (
        <Checkbox
          label={t("own")}
          description={t("ownText")}
          checked={isConfirmed}
          onChange={(event) => setConfirmed(event.currentTarget.checked)}
          data-testid="ip-block-own"
        />
      ) : null}
    </ReasonDialog>
  );
}

/** Why the server does not take what was typed as a range. */
function useRangeRefusal(error: unknown): string | undefined {
  const t = useTranslations("adminIpBlocks.refusals");
  if (!error) return undefined;
  const { name, details } = readApiError(error);
  if (name !== "INVALID_INPUT" || details.field !== "range") return undefined;
  const { reason } = details;
  return typeof reason === "string" && t.has(reason as "full") ? t(reason as "full") : t("not-a-range");
}
