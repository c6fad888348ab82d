"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useTRPC } from "../../lib/trpc";
import { ReasonDialog } from "../reason-dialog";

/** Lets a range in again, for a reason. */
export function UnblockIpDialog({ range, onClose }: { range: string; onClose: () => void }) {
  const t = useTranslations("adminIpBlocks");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const save = useMutation(
    trpc.ops.unblockIp.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.ops.ipBlocks.pathKey() });
        onClose();
      },
    }),
  );
  return (
    <ReasonDialog
      title={t("liftOne", { range })}
      confirm={t("lift")}
      isPending={save.isPending}
      error={save.error}
      onConfirm={(reason) => save.mutate({ range, reason })}
      onClose={onClose}
    >
      <p>{t("liftText")}</p>
    </ReasonDialog>
  );
}
