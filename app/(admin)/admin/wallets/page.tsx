import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { WalletsPage } from "@/components/admin/wallets/wallets-page";
import { readSearchParams, type SearchParams } from "../../../lib/search-params";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminWallets") };
}

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const params = await readSearchParams(searchParams);
  const [userId, text] = [params.get("userId"), params.get("q")];
  return (
    <WithPageData
      queries={[
        ...(text ? [{ path: "wallet.find", input: { text }, type: "query" } as const] : []),
        ...(userId
          ? ([
              { path: "wallet.inspect", input: { userId }, type: "query" },
              { path: "wallet.statementOf", input: { userId }, type: "infinite" },
            ] as const)
          : ([{ path: "wallet.capsPolicy", type: "query" }] as const)),
      ]}
    >
      <WalletsPage />
    </WithPageData>
  );
}
