import { headers } from "next/headers";
import { cache, type ReactNode } from "react";
import { dehydratePageData, type PageData } from "@/components/lib/page-data";
import { PageDataBoundary } from "@/components/lib/page-data-boundary";
import { askForPage } from "@/server/site/ask-for-page";
import { PAGE_CALL_HEADER, type PageQuery } from "@/server/site/page-questions";

/** What a page comes with: a question of `readForPage`, and how its answer is kept. */
export interface PageDataQuery extends Omit<PageData, "path" | "data"> {
  path: PageQuery;
}

/** Of one request each question is asked once, whoever needs the answer. */
const askOnce = cache(async (path: PageQuery, input: string) =>
  askForPage((await headers()).get(PAGE_CALL_HEADER), path, input === "" ? undefined : JSON.parse(input)),
);

/** What the person gets for whom this page is made; undefined where the browser has to ask. */
export async function readForPage(path: PageQuery, input?: unknown): Promise<unknown> {
  return await askOnce(path, input === undefined ? "" : JSON.stringify(input));
}

/** A page that comes with what it shows, as far as it was there in time. */
export async function WithPageData({
  queries,
  children,
}: {
  queries: readonly PageDataQuery[];
  children: ReactNode;
}) {
  const [me, ...answers] = await Promise.all([
    readForPage("session.me") as Promise<{ userId: string } | null | undefined>,
    ...queries.map(async (query) => ({ ...query, data: await readForPage(query.path, query.input) })),
  ]);
  return (
    <PageDataBoundary readFor={me === null ? null : me?.userId} state={dehydratePageData(answers)}>
      {children}
    </PageDataBoundary>
  );
}
