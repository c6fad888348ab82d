import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { RechargesPage } from "@/components/admin/recharges/recharges-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminRecharges") };
}

export default function Page() {
  return <RechargesPage />;
}
