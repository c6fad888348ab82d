import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ProductsPage } from "@/components/admin/products/products-page";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminProducts") };
}

export default function Page() {
  return (
    <WithPageData queries={[{ path: "product.list", type: "query" }]}>
      <ProductsPage />
    </WithPageData>
  );
}
