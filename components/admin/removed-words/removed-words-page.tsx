"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import type { FoundRemovedMessage } from "@/domain/contracts/removed-chat";
import { useTRPC } from "../../lib/trpc";
import { PagedList } from "../../ui/paged-list";
import { StatePanel } from "../../ui/state-panel";
import classes from "../admin.module.css";
import { NamedAs } from "../named-as";
import { type RemovedFilter, RemovedFilterForm } from "./removed-filter-form";
import { RemovedTable } from "./removed-table";

/** What was taken away in chats, the latest first: whose it was, who took it away, when and why. */
export function RemovedWordsPage() {
  const t = useTranslations("admin");
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("removedWords")}</h1>
        <p className={classes.hint}>{t("removedWordsText")}</p>
      </div>
      <RemovedWords />
    </>
  );
}

/** What is searched stands in the address, so that a link leads to it. */
function RemovedWords() {
  const t = useTranslations("adminRemovedWords");
  const router = useRouter();
  const params = useSearchParams();
  const filter = { person: params.get("person") ?? "", room: params.get("room") ?? "" };
  const address = new URLSearchParams(filter).toString();
  const go = (next: RemovedFilter) =>
    router.replace(`/admin/removed-words?${new URLSearchParams({ ...next })}`, { scroll: false });
  return (
    <section className={classes.card} aria-label={t("list")}>
      <RemovedFilterForm key={address} filter={filter} onSearch={go} />
      <Found key={`found/${address}`} filter={filter} />
    </section>
  );
}

function Found({ filter: { person, room } }: { filter: RemovedFilter }) {
  const t = useTranslations("adminRemovedWords");
  const trpc = useTRPC();
  const found = useInfiniteQuery(
    trpc.chat.searchRemoved.infiniteQueryOptions(
      { person: person || undefined, room: room || undefined },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  const first = found.data?.pages[0];
  return (
    <>
      <NamedAs people={first?.people} label={t("person")} testId="removed-people" />
      <NamedAs people={first?.anchors} label={t("room")} testId="removed-people" />
      <PagedList
        query={found}
        loading={t("loading")}
        empty={
          <StatePanel title={t("none")} headingLevel={2} testId="removed-none">
            {t("noneText")}
          </StatePanel>
        }
        moreTestId="removed-more"
      >
        {(items: readonly FoundRemovedMessage[]) => <RemovedTable messages={items} />}
      </PagedList>
    </>
  );
}
