"use client";

import { Button, Select } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { v7 as uuidv7 } from "uuid";
import type { StandingHoldFacts } from "@/domain/contracts/withdrawal";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import shared from "../../withdrawal/withdrawal.module.css";
import { ReasonDialog } from "../reason-dialog";

const DAYS = ["lifted", "3", "7", "30"] as const;

/** What stops payouts to an anchor, each with what can be done about it. */
export function PayoutHolds({ holds }: { holds: readonly StandingHoldFacts[] }) {
  const t = useTranslations("adminWithdrawals.holds");
  const formats = useLocaleFormats();
  const [lifting, setLifting] = useState<StandingHoldFacts | null>(null);
  return (
    <>
      {holds.map((hold) => (
        <div key={hold.holdId} className={shared.hold} data-testid="payout-hold" data-kind={hold.kind}>
          <span>
            <strong>{t(`kind.${hold.kind}`)}</strong>{" "}
            {hold.until ? t("until", { at: formats.dateTime(hold.until) }) : t("untilLifted")} ·{" "}
            <bdi>{hold.reason}</bdi>
          </span>
          {hold.kind === "restriction" ? null : (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => setLifting(hold)}
              data-testid="lift-hold"
            >
              {t("lift")}
            </Button>
          )}
        </div>
      ))}
      {lifting ? <LiftDialog hold={lifting} onClose={() => setLifting(null)} /> : null}
    </>
  );
}

function LiftDialog({ hold, onClose }: { hold: StandingHoldFacts; onClose: () => void }) {
  const t = useTranslations("adminWithdrawals.holds");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const lift = useMutation(
    trpc.finance.liftPayoutHold.mutationOptions({
      onSuccess: onClose,
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.finance.searchWithdrawals.pathKey() }),
    }),
  );
  return (
    <ReasonDialog
      title={t("liftTitle")}
      confirm={t("lift")}
      isPending={lift.isPending}
      error={lift.error}
      onConfirm={(reason) => lift.mutate({ holdId: hold.holdId, reason })}
      onClose={onClose}
    >
      <p className={shared.reason}>
        {t(`kind.${hold.kind}`)} · <bdi>{hold.reason}</bdi>
      </p>
      <p className={shared.reason}>{t("liftText")}</p>
    </ReasonDialog>
  );
}

/** Stops everything that is paid to an anchor. */
export function HoldPayoutsButton({ anchorId, nickname }: { anchorId: string; nickname: string }) {
  const t = useTranslations("adminWithdrawals.holds");
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        size="compact-sm"
        variant="subtle"
        color="red"
        onClick={() => setOpen(true)}
        data-testid="hold-payouts"
      >
        {t("place")}
      </Button>
      {isOpen ? <PlaceDialog anchorId={anchorId} nickname={nickname} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

interface PlaceDialogProps {
  anchorId: string;
  nickname: string;
  onClose: () => void;
}

function PlaceDialog({ anchorId, nickname, onClose }: PlaceDialogProps) {
  const t = useTranslations("adminWithdrawals.holds");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [days, setDays] = useState<string>("lifted");
  /** One hold for one dialog, however often its answer is lost. */
  const holdId = useRef(uuidv7());
  const place = useMutation(
    trpc.finance.holdPayouts.mutationOptions({
      onSuccess: onClose,
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.finance.searchWithdrawals.pathKey() }),
    }),
  );
  return (
    <ReasonDialog
      danger
      title={t("placeTitle", { name: nickname })}
      confirm={t("place")}
      isPending={place.isPending}
      error={place.error}
      onConfirm={(reason) =>
        place.mutate({
          holdId: holdId.current,
          anchorId,
          reason,
          ...(days === "lifted" ? {} : { days: Number(days) }),
        })
      }
      onClose={onClose}
    >
      <p className={shared.reason}>{t("placeText")}</p>
      <Select
        label={t("howLong")}
        allowDeselect={false}
        value={days}
        onChange={(value) => setDays(value ?? "lifted")}
        data={DAYS.map((value) => ({
          value,
          label: value === "lifted" ? t("untilLifted") : t("days", { days: Number(value) }),
        }))}
      />
    </ReasonDialog>
  );
}
