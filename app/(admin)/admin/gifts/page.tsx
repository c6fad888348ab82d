import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { GiftsPage } from "@/components/admin/gifts/gifts-page";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminGifts") };
}

export default function Page() {
  return (
    <WithPageData queries={[{ path: "gift.catalogue", type: "query" }]}>
      <GiftsPage />
    </WithPageData>
  );
}
