import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { TagsPage } from "@/components/admin/tags/tags-page";
import { readSearchParams, type SearchParams } from "../../../lib/search-params";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminTags") };
}

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const text = (await readSearchParams(searchParams)).get("q") || undefined;
  return (
    <WithPageData queries={[{ path: "tag.list", input: { text }, type: "infinite" }]}>
      <TagsPage />
    </WithPageData>
  );
}
