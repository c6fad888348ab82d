import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { RainsPage } from "@/components/admin/rains/rains-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminRains") };
}

export default function Page() {
  return <RainsPage />;
}
