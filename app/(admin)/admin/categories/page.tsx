import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { CategoriesPage } from "@/components/admin/categories/categories-page";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminCategories") };
}

export default function Page() {
  return (
    <WithPageData queries={[{ path: "category.all", type: "query" }]}>
      <CategoriesPage />
    </WithPageData>
  );
}
