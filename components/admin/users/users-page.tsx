"use client";

import { NativeSelect } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import type { Role } from "@/domain/contracts/ids";
import type { PersonItem } from "@/domain/contracts/people";
import { useTRPC } from "../../lib/trpc";
import { type Column, DataTable } from "../../ui/data-table";
import { PagedList } from "../../ui/paged-list";
import classes from "../admin.module.css";
import { SearchForm } from "../search-form";
import { Applications } from "./applications";
import { ROLES, readPeopleFilter } from "./people-filter";
import { PersonCard } from "./person-card";

/** Everybody: found, looked through, given a role, stopped and let go. */
export function UsersPage() {
  const t = useTranslations("admin");
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("users")}</h1>
        <p className={classes.hint}>{t("usersText")}</p>
      </div>
      <Users />
    </>
  );
}

function Users() {
  const t = useTranslations("adminUsers");
  const router = useRouter();
  const { text, role, userId } = readPeopleFilter(useSearchParams());
  function go(change: Record<string, string>) {
    const next = new URLSearchParams({ q: text, ...(role ? { role } : {}), ...change });
    router.replace(`/admin/users?${next}`, { scroll: false });
  }
  return (
    <>
      {userId ? <PersonCard key={userId} userId={userId} /> : null}
      <Applications />
      <section className={classes.card} aria-label={t("search")}>
        <SearchForm
          key={text}
          label={t("search")}
          placeholder={t("placeholder")}
          submit={t("find")}
          initial={text}
          onSearch={(q) => go({ q })}
        />
        <NativeSelect
          label={t("role")}
          value={role ?? ""}
          data={[
            { value: "", label: t("anyRole") },
            ...ROLES.all.map((value) => ({ value, label: t(`roles.${value}`) })),
          ]}
          onChange={(event) => go({ role: event.currentTarget.value })}
          data-testid="people-role"
        />
        <Found text={text} role={role} />
      </section>
    </>
  );
}

function Found({ text, role }: { text: string; role: Role | undefined }) {
  const t = useTranslations("adminUsers");
  const trpc = useTRPC();
  const people = useInfiniteQuery(
    trpc.people.search.infiniteQueryOptions(
      { text: text || undefined, role },
      { getNextPageParam: (page) => page.nextCursor ?? undefined, placeholderData: keepPreviousData },
    ),
  );
  const link = (userId: string) =>
    `/admin/users?${new URLSearchParams({ q: text, ...(role ? { role } : {}), userId })}`;
  const columns: Column<PersonItem>[] = [
    {
      key: "name",
      label: t("name"),
      isTitle: true,
      renderCell: ({ userId, nickname }) => (
        <Link className={classes.link} href={link(userId)} data-testid="person-link">
          {nickname}
        </Link>
      ),
    },
    { key: "id", label: t("userId"), className: classes.mono, renderCell: ({ userId }) => userId },
    { key: "role", label: t("role"), renderCell: (person) => t(`roles.${person.role}`) },
    {
      key: "phone",
      label: t("phone"),
      className: classes.mono,
      renderCell: ({ phoneMasked }) => phoneMasked ?? "—",
    },
    {
      key: "restrictions",
      label: t("restrictions"),
      className: classes.bad,
      renderCell: ({ restrictions }) => restrictions.map((kind) => t(`kinds.${kind}`)).join(" · "),
    },
  ];
  return (
    <PagedList
      query={people}
      loading={t("loading")}
      empty={<p className={classes.hint}>{t("none")}</p>}
      moreTestId="more-people"
    >
      {(items: readonly PersonItem[]) => (
        <DataTable
          label={t("search")}
          items={items}
          columns={columns}
          rowKey={({ userId }) => userId}
          testId="people-found"
        />
      )}
    </PagedList>
  );
}
