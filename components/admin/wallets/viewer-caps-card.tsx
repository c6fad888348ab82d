"use client";

import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { CapsView } from "@/domain/contracts/wallet-admin";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CAP_FIELDS, CapsFields } from "../../wallet/caps-fields";
import classes from "../admin.module.css";
import { ReasonDialog } from "../reason-dialog";

interface ViewerCapsCardProps {
  userId: string;
  caps: CapsView;
}

/** One viewer's caps; an operator may change their own ones at once. */
export function ViewerCapsCard({ userId, caps }: ViewerCapsCardProps) {
  const t = useTranslations("spending");
  const formats = useLocaleFormats();
  const [isEditing, setEditing] = useState(false);
  const show = (coins: number | null) => (coins === null ? t("none") : formats.coins(coins));
  return (
    <section className={classes.card} aria-labelledby="viewer-caps-title" data-testid="viewer-caps">
      <div className={classes.cardHead}>
        <h2 id="viewer-caps-title" className={classes.cardTitle}>
          {t("title")}
        </h2>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => setEditing(true)}
          data-testid="caps-change"
        >
          {t("change")}
        </Button>
      </div>
      <dl className={`${classes.figures} numeric`}>
        {CAP_FIELDS.map((field) => (
          <div key={field} className={classes.tile}>
            <dt className={classes.tileLabel}>{t(field)}</dt>
            <dd className={classes.tileValue} data-testid={`own-${field}`}>
              {show(caps.own[field])}
            </dd>
            <dd className={classes.tileNote}>{t("platform", { max: show(caps.platform[field]) })}</dd>
          </div>
        ))}
      </dl>
      {isEditing ? <CapsDialog userId={userId} caps={caps} onClose={() => setEditing(false)} /> : null}
    </section>
  );
}

function CapsDialog({ userId, caps: view, onClose }: ViewerCapsCardProps & { onClose: () => void }) {
  const t = useTranslations("spending");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [caps, setCaps] = useState(view.own);
  const save = useMutation(
    trpc.wallet.setCapsOf.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.wallet.inspect.pathKey() });
        onClose();
      },
    }),
  );
  return (
    <ReasonDialog
      title={t("ofViewerTitle")}
      confirm={t("save")}
      isPending={save.isPending}
      error={save.error}
      onConfirm={(reason) => save.mutate({ userId, ...caps, reason })}
      onClose={onClose}
    >
      <CapsFields caps={caps} onChange={setCaps} />
    </ReasonDialog>
  );
}
