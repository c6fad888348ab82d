import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { StudioPage } from "@/components/studio/studio-page";
import { PageShell } from "@/components/ui/page-shell";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("studio") };
}

export default function Page() {
  return (
    <PageShell wide>
      <StudioPage />
    </PageShell>
  );
}
