import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { AnalyticsPage } from "@/components/admin/analytics/analytics-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminAnalytics") };
}

export default function Page() {
  return <AnalyticsPage />;
}
