"use client";

import { Button, Code, Group, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { lazyPart } from "../../lib/lazy-part";
import { useTRPC } from "../../lib/trpc";
import { ErrorPanel } from "../../ui/state-panel";
import classes from "../admin.module.css";
import { useUsualHosts } from "./use-usual-hosts";

const MediaHostsDialog = lazyPart(() => import("./media-hosts-dialog").then((m) => m.MediaHostsDialog));

/** Which hosts pages load streams, pictures and gift effects from. */
export function MediaHostsCard() {
  const t = useTranslations("adminSecurity");
  const trpc = useTRPC();
  const [isEditing, setEditing] = useState(false);
  const { data, error, refetch } = useQuery(trpc.ops.mediaHosts.queryOptions());
  const usual = useUsualHosts(data);
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
