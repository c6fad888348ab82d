import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { FinancePage } from "@/components/admin/finance/finance-page";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminFinance") };
}

export default function Page() {
  return (
    <WithPageData queries={[{ path: "finance.reconciliation", input: {}, type: "query" }]}>
      <FinancePage />
    </WithPageData>
  );
}
