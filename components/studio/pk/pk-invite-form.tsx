"use client";

import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { v7 as uuidv7 } from "uuid";
import type { PkCounts } from "@/domain/rules/pk-states";
import { useTRPC } from "../../lib/trpc";
import { PersonAvatar } from "../../ui/person-avatar";
import classes from "./pk-panel.module.css";
import type { MyPkSteps } from "./use-my-pk";

const OTHERS_MAX = 3;
const MINUTES = [1, 3, 5, 10, 15];
const COUNTS: readonly PkCounts[] = ["all", "gift", "senders"];
const TYPING_MS = 250;

/** Who is asked for a battle, for how long, and what counts. */
export function PkInviteForm({ invite }: Pick<MyPkSteps, "invite">) {
  const t = useTranslations("pk");
  const locale = useLocale();
  const trpc = useTRPC();
  const [name, setName] = useState("");
  const [sought] = useDebouncedValue(name.trim(), TYPING_MS);
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map());
  const [minutes, setMinutes] = useState(5);
  const [counts, setCounts] = useState<PkCounts>("all");
  const [giftId, setGiftId] = useState("");
  const candidates = useQuery(
    trpc.pk.candidates.queryOptions({ name: sought }, { placeholderData: (shown) => shown }),
  );
  const gifts = useQuery(trpc.gift.list.queryOptions(undefined, { enabled: counts === "gift" }));
  const gift = giftId || (gifts.data?.[0]?.giftId ?? "");
  const toggle = (anchorId: string, nickname: string) => {
    const next = new Map(chosen);
    if (!next.delete(anchorId)) next.set(anchorId, nickname);
    setChosen(next);
  };
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        const facts = {
          pkId: uuidv7(),
          anchorIds: [...chosen.keys()],
          durationSeconds: minutes * 60,
          counts,
        };
        invite.mutate(
          { ...facts, giftId: counts === "gift" ? gift : undefined },
          { onSuccess: () => setChosen(new Map()) },
        );
      }}
    >
      <TextInput
        label={t("search")}
        value={name}
        maxLength={50}
        onChange={(event) => setName(event.currentTarget.value)}
        data-testid="pk-search"
      />
      <ul className={classes.list} aria-label={t("candidates")}>
        {candidates.data?.map(({ anchorId, nickname, title, isBusy }) => (
          <li key={anchorId} className={classes.row}>
            <PersonAvatar userId={anchorId} nickname={nickname} size={28} />
            <Checkbox
              className={classes.text}
              checked={chosen.has(anchorId)}
              disabled={isBusy || (!chosen.has(anchorId) && chosen.size >= OTHERS_MAX)}
              onChange={() => toggle(anchorId, nickname)}
              label={nickname}
              description={isBusy ? t("busy") : title}
              data-testid="pk-candidate"
            />
          </li>
        ))}
      </ul>
      {candidates.data?.length === 0 ? <p className={classes.dim}>{t("nobody")}</p> : null}
      {chosen.size > 0 ? (
        <p className={classes.dim}>{t("chosen", { names: [...chosen.values()].join(" · ") })}</p>
      ) : null}
      <div className={classes.fields}>
        <NativeSelect
          label={t("length")}
          value={minutes}
          onChange={(event) => setMinutes(Number(event.currentTarget.value))}
          data={MINUTES.map((value) => ({ value: String(value), label: t("minutes", { minutes: value }) }))}
        />
        <NativeSelect
          label={t("countsLabel")}
          value={counts}
          onChange={(event) => setCounts(event.currentTarget.value as PkCounts)}
          data={COUNTS.map((value) => ({ value, label: t(`counts.${value}`) }))}
        />
        {counts === "gift" ? (
          <NativeSelect
            label={t("gift")}
            value={gift}
            onChange={(event) => setGiftId(event.currentTarget.value)}
            data={(gifts.data ?? []).map((one) => ({
              value: one.giftId,
              label: locale === "zh" ? one.nameZh : one.nameEn,
            }))}
          />
        ) : null}
      </div>
      <Button
        type="submit"
        disabled={chosen.size === 0 || (counts === "gift" && !gift)}
        loading={invite.isPending}
        data-testid="pk-invite"
      >
        {t("invite")}
      </Button>
    </form>
  );
}
