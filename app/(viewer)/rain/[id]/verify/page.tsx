import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { VerifyPage } from "@/components/rain/verify/verify-page";
import { PageShell } from "@/components/ui/page-shell";
import { Uuid } from "@/domain/contracts/ids";
import { WithPageData } from "../../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("rainVerify") };
}

interface PageProps {
  params: Promise<{ id: string }>;
}

export default async function Page({ params }: PageProps) {
  const rainId = Uuid.safeParse((await params).id);
  if (!rainId.success) notFound();
  return (
    <PageShell>
      <WithPageData queries={[{ path: "rain.verify", input: { rainId: rainId.data }, type: "query" }]}>
        <VerifyPage rainId={rainId.data} />
      </WithPageData>
    </PageShell>
  );
}
