"use client";

import { Code, Group, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { lazyPart } from "../../lib/lazy-part";
import { useTRPC } from "../../lib/trpc";
import { ErrorPanel } from "../../ui/state-panel";
import { PolicyCard } from "../policy-card";
import { useUsualHosts } from "./use-usual-hosts";

const MediaHostsDialog = lazyPart(() => import("./media-hosts-dialog").then((m) => m.MediaHostsDialog));

/** Which hosts pages load streams, pictures and gift effects from. */
export function MediaHostsCard() {
  const t = useTranslations("adminSecurity");
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.ops.mediaHosts.queryOptions());
  const usual = useUsualHosts(data);
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={160} radius="lg" />;
  return (
    <PolicyCard
      testId="media-hosts"
      title={t("mediaHosts")}
      text={t("mediaHostsText")}
      change={t("change")}
      renderDialog={(onClose) => <MediaHostsDialog policy={data} onClose={onClose} />}
    >
      {data.hosts === null ? <p>{usual}</p> : null}
      {data.hosts?.length === 0 ? <p>{t("noHost")}</p> : null}
      <Group gap="xs">
        {data.hosts?.map((host) => (
          <Code key={host}>{host}</Code>
        ))}
      </Group>
    </PolicyCard>
  );
}
