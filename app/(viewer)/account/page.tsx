import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { AccountPage } from "@/components/account/account-page";
import { PageShell } from "@/components/ui/page-shell";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("account") };
}

export default function Page() {
  return (
    <PageShell>
      <AccountPage />
    </PageShell>
  );
}
