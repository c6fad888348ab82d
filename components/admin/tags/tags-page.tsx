"use client";

import { Button } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { TagItem } from "@/domain/contracts/tag";
import { topicName } from "@/domain/rules/topics";
import { lazyPart } from "../../lib/lazy-part";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import { PagedList } from "../../ui/paged-list";
import classes from "../admin.module.css";
import { SearchForm } from "../search-form";

const TagDialog = lazyPart(() => import("./tag-dialogs").then((m) => m.TagDialog));
const MergeTagDialog = lazyPart(() => import("./tag-dialogs").then((m) => m.MergeTagDialog));

/** Every tag: how it is spelled, who has it, and what operators make of it. */
export function TagsPage() {
  const t = useTranslations("adminTags");
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("title")}</h1>
        <p className={classes.hint}>{t("text")}</p>
      </div>
      <Tags />
    </>
  );
}

function Tags() {
  const t = useTranslations("adminTags");
  const router = useRouter();
  const text = useSearchParams().get("q") ?? "";
  return (
    <section className={classes.card} aria-label={t("search")}>
      <SearchForm
        key={text}
        label={t("search")}
        placeholder={t("placeholder")}
        submit={t("find")}
        initial={text}
        onSearch={(q) => router.replace(`/admin/tags?${new URLSearchParams({ q })}`, { scroll: false })}
      />
      <Found text={text} />
    </section>
  );
}

function Found({ text }: { text: string }) {
  const t = useTranslations("adminTags");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const [chosen, setChosen] = useState<{ tag: TagItem; how: "change" | "merge" } | null>(null);
  const tags = useInfiniteQuery(
    trpc.tag.list.infiniteQueryOptions(
      { text: text || undefined },
      { getNextPageParam: (page) => page.nextCursor ?? undefined, placeholderData: keepPreviousData },
    ),
  );
  const columns: Column<TagItem>[] = [
    {
      key: "label",
      label: t("label"),
      isTitle: true,
      renderCell: ({ label }) => <bdi>{topicName(label, formats.locale)}</bdi>,
    },
    { key: "slug", label: t("slug"), renderCell: ({ slug }) => <code>{slug}</code> },
    { key: "kind", label: t("kind"), renderCell: ({ kind }) => kind ?? "—" },
    {
      key: "aliases",
      label: t("aliases"),
      renderCell: ({ aliases }) => (aliases.length === 0 ? "—" : <bdi>{aliases.join(", ")}</bdi>),
    },
    { key: "rooms", label: t("rooms"), isEnd: true, renderCell: ({ rooms }) => formats.coins(rooms) },
    { key: "people", label: t("people"), isEnd: true, renderCell: ({ people }) => formats.coins(people) },
    {
      key: "act",
      label: t("change"),
      isActing: true,
      renderCell: (tag) => (
        <Button.Group>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setChosen({ tag, how: "change" })}
            data-testid="tag-change"
          >
            {t("change")}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setChosen({ tag, how: "merge" })}
            data-testid="tag-merge"
          >
            {t("merge")}
          </Button>
        </Button.Group>
      ),
    },
  ];
  const close = () => setChosen(null);
  return (
    <>
      <PagedList query={tags} loading={t("loading")} empty={<p className={classes.hint}>{t("none")}</p>}>
        {(items: readonly TagItem[]) => (
          <DataTable
            label={t("search")}
            items={items}
            columns={columns}
            rowKey={({ tagId }) => tagId}
            rowProps={({ slug }) => ({ "data-testid": "tag-row", "data-slug": slug })}
            testId="tags-found"
          />
        )}
      </PagedList>
      {chosen?.how === "change" ? <TagDialog tag={chosen.tag} onClose={close} /> : null}
      {chosen?.how === "merge" ? <MergeTagDialog tag={chosen.tag} onClose={close} /> : null}
    </>
  );
}
