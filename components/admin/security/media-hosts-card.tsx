"use client";

import { Button, Code, Group, Radio, Skeleton, Stack, TagsInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { MediaHostsView } from "@/domain/contracts/media-hosts";
import { MEDIA_HOST } from "@/domain/rules/media-hosts";
import { useTRPC } from "../../lib/trpc";
import { ErrorPanel } from "../../ui/state-panel";
import classes from "../admin.module.css";
import { ReasonDialog } from "../reason-dialog";

/** Which hosts pages load streams, pictures and gift effects from. */
export function MediaHostsCard() {
  const t = useTranslations("adminSecurity");
  const trpc = useTRPC();
  const [isEditing, setEditing] = useState(false);
  const { data, error, refetch } = useQuery(trpc.ops.mediaHosts.queryOptions());
  const usual = useUsual(data);
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={160} radius="lg" />;
  return (
    <section className={classes.card} aria-labelledby="media-hosts-title" data-testid="media-hosts">
      <div className={classes.cardHead}>
        <h2 id="media-hosts-title" className={classes.cardTitle}>
          {t("mediaHosts")}
        </h2>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => setEditing(true)}
          data-testid="media-hosts-change"
        >
          {t("change")}
        </Button>
      </div>
      <p className={classes.hint}>{t("mediaHostsText")}</p>
      {data.hosts === null ? <p>{usual}</p> : null}
      {data.hosts?.length === 0 ? <p>{t("noHost")}</p> : null}
      <Group gap="xs">
        {data.hosts?.map((host) => (
          <Code key={host}>{host}</Code>
        ))}
      </Group>
      {isEditing ? <MediaHostsDialog policy={data} onClose={() => setEditing(false)} /> : null}
    </section>
  );
}

function useUsual(policy: MediaHostsView | undefined): string {
  const t = useTranslations("adminSecurity");
  return t("asUsual", { usual: policy?.anyByDefault ? t("anyHost") : t("noHost") });
}

function MediaHostsDialog({ policy, onClose }: { policy: MediaHostsView; onClose: () => void }) {
  const t = useTranslations("adminSecurity");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const usual = useUsual(policy);
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
