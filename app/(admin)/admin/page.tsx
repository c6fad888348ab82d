import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { AdminOverview } from "@/components/admin/overview/admin-overview";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("admin") };
}

export default function Page() {
  return <AdminOverview />;
}
