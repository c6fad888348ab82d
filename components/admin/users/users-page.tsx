"use client";

import { Button, NativeSelect } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { Suspense } from "react";
import type { Role } from "@/server/contracts/ids";
import { choicesOf } from "../../lib/choices";
import { useTRPC } from "../../lib/trpc";
import { ErrorPanel } from "../../ui/state-panel";
import { Table } from "../../ui/table";
import { ListSkeleton } from "../../wallet/list-skeleton";
import classes from "../admin.module.css";
import { SearchForm } from "../search-form";
import { PersonCard } from "./person-card";

const ROLES = choicesOf<Role>({ guest: true, viewer: true, anchor: true, operator: true });

/** Everybody: found, looked through, given a role, stopped and let go. */
export function UsersPage() {
  const t = useTranslations("admin");
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("users")}</h1>
        <p className={classes.hint}>{t("usersText")}</p>
      </div>
      <Suspense>
        <Users />
      </Suspense>
    </>
  );
}

function Users() {
  const t = useTranslations("adminUsers");
  const router = useRouter();
  const params = useSearchParams();
  const userId = params.get("userId");
  const text = params.get("q") ?? "";
  const role = ROLES.find(params.get("role"));
  function go(change: Record<string, string>) {
    const next = new URLSearchParams({ q: text, ...(role ? { role } : {}), ...change });
    router.replace(`/admin/users?${next}`, { scroll: false });
  }
  return (
    <>
      {userId ? <PersonCard key={userId} userId={userId} /> : null}
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
  const items = people.data?.pages.flatMap((page) => page.items) ?? [];
  if (people.isPending) return <ListSkeleton label={t("loading")} />;
  if (people.isError && items.length === 0)
    return <ErrorPanel error={people.error} onRetry={() => void people.refetch()} />;
  if (items.length === 0) return <p className={classes.hint}>{t("none")}</p>;
  const link = (userId: string) =>
    `/admin/users?${new URLSearchParams({ q: text, ...(role ? { role } : {}), userId })}`;
  return (
    <>
      <div className={classes.tableFrame}>
        <Table className={`${classes.table} numeric`} verticalSpacing="xs" data-testid="people-found">
          <Table.Tbody>
            {items.map((person) => (
              <Table.Tr key={person.userId}>
                <Table.Td>
                  <Link className={classes.link} href={link(person.userId)} data-testid="person-link">
                    {person.nickname}
                  </Link>
                </Table.Td>
                <Table.Td className={classes.mono}>{person.userId}</Table.Td>
                <Table.Td>{t(`roles.${person.role}`)}</Table.Td>
                <Table.Td className={classes.mono}>{person.phoneMasked ?? "—"}</Table.Td>
                <Table.Td className={classes.bad}>
                  {person.restrictions.map((kind) => t(`kinds.${kind}`)).join(" · ")}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {people.hasNextPage ? (
        <div>
          <Button
            variant="default"
            loading={people.isFetchingNextPage}
            onClick={() => void people.fetchNextPage()}
            data-testid="more-people"
          >
            {t("more")}
          </Button>
        </div>
      ) : null}
    </>
  );
}
