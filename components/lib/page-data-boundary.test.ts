import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { dehydratePageData, queryKeyOf } from "./page-data";
import { PageDataBoundary } from "./page-data-boundary";

const ME = { path: "session.me", type: "query" } as const;
const BALANCE = { path: "wallet.balance", type: "query" } as const;

/** What the balance is on a page read for `readFor`, for somebody of whom the browser knows `me`. */
function showBalance(readFor: string | null | undefined, me?: { userId: string } | null): unknown {
  const client = new QueryClient();
  if (me !== undefined) client.setQueryData(queryKeyOf(ME), me);
  const state = dehydratePageData([{ ...BALANCE, data: { balanceCoins: 7 } }]);
  const page = createElement(PageDataBoundary, { readFor, state } as never);
  renderToString(createElement(QueryClientProvider, { client }, page));
  return client.getQueryData(queryKeyOf(BALANCE));
}

describe("a page that the router kept", () => {
  it("shows what was read for the person who is here", () => {
    expect(showBalance("a", { userId: "a" })).toEqual({ balanceCoins: 7 });
    expect(showBalance(null, null)).toEqual({ balanceCoins: 7 });
    // The first page that comes says itself who is here.
    expect(showBalance("a")).toEqual({ balanceCoins: 7 });
  });

  it.each([
    ["somebody else", "a", { userId: "b" }],
    ["somebody who signed out", "a", null],
    ["somebody who signed in since", null, { userId: "b" }],
    ["nobody knows whom", undefined, { userId: "b" }],
  ])("shows %s nothing of it", (_who, readFor, me) => {
    expect(showBalance(readFor, me)).toBeUndefined();
  });
});
