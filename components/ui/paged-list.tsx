"use client";

import { Button } from "@mantine/core";
import type { InfiniteData } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { ListSkeleton } from "../wallet/list-skeleton";
import { ErrorPanel } from "./state-panel";

interface Page<T> {
  items: readonly T[];
}

/** What this list needs of an infinite query over pages with `items`. */
interface PagedQuery<T, P extends Page<T>> {
  data: InfiniteData<P> | undefined;
  error: unknown;
  isPending: boolean;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
}

interface PagedListProps<T, P extends Page<T>> {
  query: PagedQuery<T, P>;
  /** Spoken while nothing is here yet. */
  loading: string;
  /** Stands where there is nothing, and nothing more to look through. */
  empty: ReactNode;
  children: (items: readonly T[]) => ReactNode;
  /** Beside the button for more, for example how far was looked. */
  note?: ReactNode;
  moreTestId?: string;
}

/** The one shape of a list that comes page by page: loading, failed, empty, its rows, and more of them. */
export function PagedList<T, P extends Page<T>>({
  query,
  loading,
  empty,
  children,
  note,
  moreTestId,
}: PagedListProps<T, P>) {
  const t = useTranslations("common");
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  if (query.isPending) return <ListSkeleton label={loading} />;
  if (query.error && items.length === 0) {
    return <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (items.length === 0 && !query.hasNextPage) return empty;
  return (
    <>
      {items.length > 0 ? children(items) : null}
      {query.hasNextPage ? (
        <div style={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: "8px 16px" }}>
          <Button
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
            data-testid={moreTestId}
          >
            {t("loadMore")}
          </Button>
          {note}
        </div>
      ) : null}
      {query.error ? <ErrorPanel error={query.error} onRetry={() => void query.refetch()} /> : null}
    </>
  );
}
