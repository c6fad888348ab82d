import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { readServicesFilter } from "@/components/admin/services/services-filter";
import { ServicesPage } from "@/components/admin/services/services-page";
import { readSearchParams, type SearchParams } from "../../../lib/search-params";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminServices") };
}

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const input = readServicesFilter(await readSearchParams(searchParams));
  return (
    <WithPageData
      queries={[
        { path: "ops.services", input, type: "infinite" },
        { path: "ops.servicesOverview", type: "query" },
        { path: "ops.calls", type: "query" },
      ]}
    >
      <ServicesPage />
    </WithPageData>
  );
}
