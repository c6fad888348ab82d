import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { WalletsPage } from "@/components/admin/wallets/wallets-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminWallets") };
}

export default function Page() {
  return <WalletsPage />;
}
