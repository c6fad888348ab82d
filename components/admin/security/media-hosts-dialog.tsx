"use client";

import { Radio, Stack, TagsInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { MediaHostsView } from "@/domain/contracts/media-hosts";
import { MEDIA_HOST } from "@/domain/rules/media-hosts";
import { useTRPC } from "../../lib/trpc";
import { ReasonDialog } from "../reason-dialog";
import { useUsualHosts } from "./use-usual-hosts";

/** Names the hosts anew, for a reason. */
export function MediaHostsDialog({ policy, onClose }: { policy: MediaHostsView; onClose: () => void }) {
  const t = useTranslations("adminSecurity");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const usual = useUsualHosts(policy);
  const [isUsual, setUsual] = useState(policy.hosts === null);
  const [hosts, setHosts] = useState<string[]>(policy.hosts ?? []);
  const wrong = hosts.find((host) => !MEDIA_HOST.test(host));
  const save = useMutation(
    trpc.ops.setMediaHosts.mutationOptions({
      onSuccess: (saved) => {
        queryClient.setQueryData(trpc.ops.mediaHosts.queryKey(), saved);
        onClose();
      },
    }),
  );
  return (
    <ReasonDialog
      title={t("mediaHosts")}
      confirm={t("save")}
      isPending={save.isPending}
      error={save.error}
      onConfirm={(reason) => {
        if (isUsual || wrong === undefined) save.mutate({ hosts: isUsual ? null : hosts, reason });
      }}
      onClose={onClose}
    >
      <Radio.Group
        label={t("allowed")}
        value={isUsual ? "usual" : "these"}
        onChange={(value) => setUsual(value === "usual")}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="usual" label={usual} />
          <Radio value="these" label={t("theseHosts")} data-testid="media-hosts-these" />
        </Stack>
      </Radio.Group>
      {isUsual ? null : (
        <TagsInput
          label={t("hosts")}
          description={t("hostsHint")}
          value={hosts}
          onChange={(values) => setHosts(values.map((value) => value.trim().toLowerCase()))}
          acceptValueOnBlur
          splitChars={[",", " "]}
          error={wrong === undefined ? null : t("hostWrong", { host: wrong })}
          data-testid="media-hosts-input"
        />
      )}
    </ReasonDialog>
  );
}
