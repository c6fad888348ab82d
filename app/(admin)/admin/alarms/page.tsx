import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { AlarmsPage } from "@/components/admin/alarms/alarms-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminAlarms") };
}

export default function Page() {
  return <AlarmsPage />;
}
