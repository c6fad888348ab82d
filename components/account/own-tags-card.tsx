"use client";

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { lazyPart } from "../lib/lazy-part";
import { useTRPC } from "../lib/trpc";
import { ErrorPanel } from "../ui/state-panel";
import classes from "./account-page.module.css";

const FORM_PX = 128;
const OwnTagsForm = lazyPart(() => import("./own-tags-form").then((m) => m.OwnTagsForm), {
  loading: () => <Skeleton height={FORM_PX} radius="lg" />,
});

/** What I like, in my own words or in those of others. */
export function OwnTagsCard() {
  const t = useTranslations("ownTags");
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.me.profile.queryOptions());
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={FORM_PX + 80} radius="lg" />;
  return (
    <section className={classes.card} aria-labelledby="own-tags-title" data-testid="own-tags-card">
      <h2 id="own-tags-title" className={classes.heading}>
        {t("title")}
      </h2>
      <OwnTagsForm saved={data.tags} />
    </section>
  );
}
