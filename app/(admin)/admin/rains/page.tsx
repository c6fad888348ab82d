import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { readRainFilter } from "@/components/admin/rains/rain-filter";
import { RainsPage } from "@/components/admin/rains/rains-page";
import { readSearchParams, type SearchParams } from "../../../lib/search-params";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminRains") };
}

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const params = await readSearchParams(searchParams);
  const rainId = params.get("rainId");
  return (
    <WithPageData
      queries={[
        ...(rainId ? [{ path: "rain.get", input: { rainId }, type: "query" } as const] : []),
        { path: "rain.search", input: readRainFilter(params), type: "infinite" },
        { path: "rain.grants", input: {}, type: "infinite" },
      ]}
    >
      <RainsPage />
    </WithPageData>
  );
}
