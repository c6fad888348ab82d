import { hydrate, QueryClient } from "@tanstack/react-query";
import { createTRPCClient, httpLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { describe, expect, it } from "vitest";
import type { AppRouter } from "@/server/trpc/router";
import { dehydratePageData, queryKeyOf } from "./page-data";

const queryClient = new QueryClient();
const client = createTRPCClient<AppRouter>({ links: [httpLink({ url: "http://127.0.0.1:1" })] });
const trpc = createTRPCOptionsProxy<AppRouter>({ client, queryClient });

describe("what a page comes with", () => {
  it("is found where tRPC's client looks for it", () => {
    const roomId = "0190a000-0000-7000-8000-000000000001";
    const list = { limit: 24, sort: "viewers", search: undefined, tag: undefined } as const;
    expect(queryKeyOf({ path: "session.me", type: "query" })).toEqual(trpc.session.me.queryKey());
    expect(queryKeyOf({ path: "room.get", input: { roomId }, type: "query" })).toEqual(
      trpc.room.get.queryKey({ roomId }),
    );
    expect(queryKeyOf({ path: "room.list", input: list, type: "infinite" })).toEqual(
      trpc.room.list.infiniteQueryKey(list),
    );
  });

  it("is there without asking, nobody and the first page of a list too; what was refused is not", async () => {
    const page = { items: [], nextCursor: null };
    const state = dehydratePageData([
      { path: "session.me", type: "query", data: null },
      { path: "wallet.balance", type: "query", data: undefined },
      { path: "room.list", input: { limit: 1 }, type: "infinite", data: page },
    ]);
    hydrate(queryClient, structuredClone(state));
    expect(queryClient.getQueryState(trpc.session.me.queryKey())).toMatchObject({
      status: "success",
      data: null,
    });
    expect(queryClient.getQueryState(trpc.wallet.balance.queryKey())).toBeUndefined();
    const options = trpc.room.list.infiniteQueryOptions(
      { limit: 1 },
      { getNextPageParam: () => undefined, staleTime: Number.POSITIVE_INFINITY },
    );
    expect(await queryClient.fetchInfiniteQuery(options)).toMatchObject({ pages: [page] });
  });

  it("is asked for again as if it had been asked for here", async () => {
    const asked: unknown[] = [];
    const recorded = createTRPCClient<AppRouter>({
      links: [
        () =>
          ({ op }) =>
            observable((observer) => {
              asked.push(op.input);
              observer.next({ result: { type: "data", data: { items: [], nextCursor: null } } });
              observer.complete();
            }),
      ],
    });
    for (const isHere of [true, false]) {
      const browser = new QueryClient();
      const input = { limit: 1 } as const;
      const lists = createTRPCOptionsProxy<AppRouter>({ client: recorded, queryClient: browser });
      const options = lists.room.list.infiniteQueryOptions(input, { getNextPageParam: () => undefined });
      const page = { items: [], nextCursor: null };
      const came = [{ path: "room.list", input, type: "infinite", data: page }] as const;
      if (isHere) hydrate(browser, structuredClone(dehydratePageData(came)));
      await browser.fetchInfiniteQuery({ ...options, staleTime: 0 });
    }
    expect(asked).toEqual([
      { limit: 1, direction: "forward" },
      { limit: 1, direction: "forward" },
    ]);
    expect(asked[0]).not.toHaveProperty("cursor");
  });
});
