import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { readFields, toOrderSearch } from "@/components/admin/orders/order-filter";
import { OrdersPage } from "@/components/admin/orders/orders-page";
import { readSearchParams, type SearchParams } from "../../../lib/search-params";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminOrders") };
}

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const search = toOrderSearch(readFields(await readSearchParams(searchParams)));
  return (
    <WithPageData
      queries={[
        ...("input" in search
          ? [{ path: "gift.search", input: search.input, type: "infinite" } as const]
          : []),
        { path: "gift.list", type: "query" },
        { path: "gift.refunds", input: {}, type: "infinite" },
      ]}
    >
      <OrdersPage />
    </WithPageData>
  );
}
