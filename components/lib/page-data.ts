import { dehydrate, QueryClient } from "@tanstack/react-query";

/** One answer that a page comes with, under the name that tRPC's client looks for. */
export interface PageData {
  path: string;
  input?: unknown;
  /** `infinite`: the first page of a list. */
  type: "query" | "infinite";
  data: unknown;
}

/** tRPC's key of a query: `[path, { input, type }]`, without the input where there is none. */
export function queryKeyOf({ path, input, type }: Omit<PageData, "data">): readonly unknown[] {
  return [path.split("."), input === undefined ? { type } : { input, type }];
}

/** For `HydrationBoundary`: what the browser then need not ask for. */
export function dehydratePageData(answers: readonly PageData[]) {
  const client = new QueryClient();
  for (const { data, ...query } of answers) {
    if (data === undefined) continue;
    client.setQueryData(
      queryKeyOf(query),
      // The first page is asked for again by the name that it had here: no cursor at all. "Null" is none that is taken.
      query.type === "infinite" ? { pages: [data], pageParams: [undefined] } : data,
    );
  }
  return dehydrate(client);
}

export type PageDataState = ReturnType<typeof dehydratePageData>;
