import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { readAffinityInput } from "@/components/admin/analytics/affinity-filter";
import { AnalyticsPage } from "@/components/admin/analytics/analytics-page";
import { PROFILES_SHOWN, RUNS_SHOWN, readProfilesFilter } from "@/components/admin/analytics/profiles-filter";
import { groupsOf, hourEndOf, readFilter, toTipsInput } from "@/components/admin/analytics/tips-filter";
import { readSearchParams, type SearchParams } from "../../../lib/search-params";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminAnalytics") };
}

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const params = await readSearchParams(searchParams);
  const profiles = readProfilesFilter(params);
  const tips = readFilter(params);
  // The browser goes on from this hour, so that it knows the figures that it came with.
  const hourEndMs = hourEndOf(Date.now());
  return (
    <WithPageData
      queries={[
        { path: "analytics.tips", input: toTipsInput(tips, groupsOf(tips), hourEndMs), type: "query" },
        {
          path: "analytics.tips",
          input: toTipsInput({ ...tips, anchor: "" }, ["anchor"], hourEndMs),
          type: "query",
        },
        { path: "analytics.tips", input: toTipsInput(tips, ["hour"], hourEndMs), type: "query" },
        { path: "analytics.profiles", input: { ...profiles, limit: PROFILES_SHOWN }, type: "infinite" },
        { path: "analytics.affinity", input: readAffinityInput(params), type: "query" },
        { path: "analytics.runs", input: { limit: RUNS_SHOWN }, type: "infinite" },
      ]}
    >
      <AnalyticsPage hourEndMs={hourEndMs} />
    </WithPageData>
  );
}
