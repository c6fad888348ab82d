import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { RemovedWordsPage } from "@/components/admin/removed-words/removed-words-page";
import { readSearchParams, type SearchParams } from "../../../lib/search-params";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminRemovedWords") };
}

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const params = await readSearchParams(searchParams);
  const input = { person: params.get("person") || undefined, room: params.get("room") || undefined };
  return (
    <WithPageData queries={[{ path: "chat.searchRemoved", input, type: "infinite" }]}>
      <RemovedWordsPage />
    </WithPageData>
  );
}
