import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { AnalyticsPage } from "@/components/admin/analytics/analytics-page";
import { PROFILES_SHOWN, RUNS_SHOWN, readProfilesFilter } from "@/components/admin/analytics/profiles-filter";
import { readSearchParams, type SearchParams } from "../../../lib/search-params";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminAnalytics") };
}

/** The figures of the time until now are asked for where it is now: in the browser. */
export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const filter = readProfilesFilter(await readSearchParams(searchParams));
  return (
    <WithPageData
      queries={[
        { path: "analytics.profiles", input: { ...filter, limit: PROFILES_SHOWN }, type: "infinite" },
        { path: "analytics.runs", input: { limit: RUNS_SHOWN }, type: "infinite" },
      ]}
    >
      <AnalyticsPage />
    </WithPageData>
  );
}
