"use client";

import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { ErrorPanel } from "../ui/state-panel";
import { ListSkeleton } from "../wallet/list-skeleton";
import classes from "./admin.module.css";

interface KeptListPageProps<Data, Item> {
  title: string;
  text: string;
  /** What the button says that makes a new one. */
  create: string;
  createTestId: string;
  loading: string;
  query: {
    data: Data | undefined;
    isPending: boolean;
    isError: boolean;
    error: unknown;
    refetch: () => Promise<unknown>;
  };
  renderTable: (data: NonNullable<Data>, onChange: (item: Item) => void) => ReactNode;
  /** Null makes a new one. */
  renderDialog: (item: Item | null, onClose: () => void) => ReactNode;
}

/** A short list that operators keep, whole, with a dialog that makes one of it or changes one. */
export function KeptListPage<Data, Item>({
  title,
  text,
  create,
  createTestId,
  loading,
  query,
  renderTable,
  renderDialog,
}: KeptListPageProps<Data, Item>) {
  const [chosen, setChosen] = useState<{ item: Item | null } | null>(null);
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{title}</h1>
        <p className={classes.hint}>{text}</p>
      </div>
      <section className={classes.card} aria-label={title}>
        <div>
          <Button onClick={() => setChosen({ item: null })} data-testid={createTestId}>
            {create}
          </Button>
        </div>
        {query.isPending ? <ListSkeleton label={loading} /> : null}
        {query.isError ? <ErrorPanel error={query.error} onRetry={() => void query.refetch()} /> : null}
        {query.data ? renderTable(query.data, (item) => setChosen({ item })) : null}
      </section>
      {chosen ? renderDialog(chosen.item, () => setChosen(null)) : null}
    </>
  );
}
