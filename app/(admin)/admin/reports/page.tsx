import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ReportsPage } from "@/components/admin/reports/reports-page";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminReports") };
}

export default function Page() {
  return (
    <WithPageData queries={[{ path: "chat.reports", input: {}, type: "infinite" }]}>
      <ReportsPage />
    </WithPageData>
  );
}
