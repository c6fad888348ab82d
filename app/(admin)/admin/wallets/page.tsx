import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { WalletsPage } from "@/components/admin/wallets/wallets-page";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminWallets") };
}

export default function Page() {
  return (
    <WithPageData queries={[{ path: "wallet.capsPolicy", type: "query" }]}>
      <WalletsPage />
    </WithPageData>
  );
}
