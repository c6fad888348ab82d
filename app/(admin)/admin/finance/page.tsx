import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { FinancePage } from "@/components/admin/finance/finance-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminFinance") };
}

export default function Page() {
  return <FinancePage />;
}
