import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { GiftsPage } from "@/components/admin/gifts/gifts-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminGifts") };
}

export default function Page() {
  return <GiftsPage />;
}
