import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { EarningsPage } from "@/components/studio/earnings-page";
import { PageShell } from "@/components/ui/page-shell";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("earnings") };
}

export default function Page() {
  return (
    <PageShell wide>
      <EarningsPage />
    </PageShell>
  );
}
