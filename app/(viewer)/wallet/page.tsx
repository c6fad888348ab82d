import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PageShell } from "@/components/ui/page-shell";
import { WalletPage } from "@/components/wallet/wallet-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("wallet") };
}

export default function Page() {
  return (
    <PageShell>
      <WalletPage />
    </PageShell>
  );
}
