"use client";

import { NativeSelect, NumberInput, Switch, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { CatalogueItem } from "@/domain/contracts/gift";
import { PRICE_COINS_MAX } from "@/domain/rules/money";
import { KNOWN_EFFECTS } from "../../gift/art/known-effects";
import { useTRPC } from "../../lib/trpc";
import { ReasonDialog } from "../reason-dialog";
import { GiftFileField } from "./gift-file-field";

const NAME_MAX = 40;
const NAMES = [
  { key: "nameEn", testId: "gift-name-en" },
  { key: "nameZh", testId: "gift-name-zh" },
] as const;
const NUMBERS = [
  { key: "priceCoins", label: "price", min: 1, max: PRICE_COINS_MAX, testId: "gift-price" },
  { key: "sortOrder", label: "sortOrder", min: 0, max: 10_000, testId: "gift-sort-order" },
] as const;

interface GiftDialogProps {
  /** Null makes a new one. */
  gift: CatalogueItem | null;
  onClose: () => void;
}

/** Enters a gift or changes it. A new effect file has to have been played before it can be saved. */
export function GiftDialog({ gift, onClose }: GiftDialogProps) {
  const t = useTranslations("adminGifts");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [facts, setFacts] = useState({
    giftId: gift?.giftId ?? "",
    nameEn: gift?.nameEn ?? "",
    nameZh: gift?.nameZh ?? "",
    priceCoins: gift?.priceCoins ?? 1,
    effect: gift?.effect ?? "present",
    sortOrder: gift?.sortOrder ?? 100,
    svgaUrl: gift?.svgaUrl ?? "",
    enabled: gift?.enabled ?? true,
  });
  const [playedUrl, setPlayedUrl] = useState(gift?.svgaUrl ?? "");
  const set = (change: Partial<typeof facts>) => setFacts((before) => ({ ...before, ...change }));
  const options = {
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: trpc.gift.pathKey() });
      onClose();
    },
  };
  const create = useMutation(trpc.gift.create.mutationOptions(options));
  const update = useMutation(trpc.gift.update.mutationOptions(options));
  const svgaUrl = facts.svgaUrl.trim();
  const isFilePlayed = svgaUrl === "" || svgaUrl === playedUrl;
  function save(reason: string) {
    const { enabled, ...rest } = facts;
    const entered = { ...rest, svgaUrl: svgaUrl === "" ? null : svgaUrl, reason };
    if (gift) update.mutate({ ...entered, enabled });
    else create.mutate(entered);
  }
  const effects = [...new Set(["present", ...KNOWN_EFFECTS, facts.effect])];
  return (
    <ReasonDialog
      title={gift ? t("changeTitle", { name: gift.giftId }) : t("create")}
      confirm={t("save")}
      isBlocked={!isFilePlayed}
      isPending={create.isPending || update.isPending}
      error={create.error ?? update.error}
      onConfirm={save}
      onClose={onClose}
    >
      {gift ? null : (
        <TextInput
          label={t("giftId")}
          description={t("giftIdHint")}
          required
          pattern="[a-z][a-z0-9\-]{0,31}"
          value={facts.giftId}
          onChange={(event) => set({ giftId: event.currentTarget.value })}
          data-testid="gift-id"
        />
      )}
      {NAMES.map(({ key, testId }) => (
        <TextInput
          key={key}
          label={t(key)}
          required
          maxLength={NAME_MAX}
          value={facts[key]}
          onChange={(event) => set({ [key]: event.currentTarget.value })}
          data-testid={testId}
        />
      ))}
      {NUMBERS.map(({ key, label, min, max, testId }) => (
        <NumberInput
          key={key}
          label={t(label)}
          description={gift && key === "priceCoins" ? t("priceHint") : undefined}
          required
          min={min}
          max={max}
          allowDecimal={false}
          value={facts[key]}
          onChange={(value) => set({ [key]: Number(value) })}
          data-testid={testId}
        />
      ))}
      <NativeSelect
        label={t("effect")}
        data={effects}
        value={facts.effect}
        onChange={(event) => set({ effect: event.currentTarget.value })}
      />
      <GiftFileField
        value={facts.svgaUrl}
        isPlayed={isFilePlayed}
        onChange={(next) => set({ svgaUrl: next })}
        onPlayed={setPlayedUrl}
      />
      {gift ? (
        <Switch
          label={t("onSale")}
          description={t("onSaleHint")}
          checked={facts.enabled}
          onChange={(event) => set({ enabled: event.currentTarget.checked })}
          data-testid="gift-enabled"
        />
      ) : null}
    </ReasonDialog>
  );
}
