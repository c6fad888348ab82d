import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { readTraceQuery } from "@/components/admin/traces/trace-query";
import { TracesPage } from "@/components/admin/traces/traces-page";
import { readSearchParams, type SearchParams } from "../../../lib/search-params";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminTraces") };
}

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const query = readTraceQuery(await readSearchParams(searchParams));
  return (
    <WithPageData
      queries={[
        ...("traceId" in query
          ? [{ path: "ops.trace", input: { traceId: query.traceId }, type: "query" } as const]
          : []),
        ...("text" in query
          ? [{ path: "ops.traces", input: { text: query.text }, type: "query" } as const]
          : []),
      ]}
    >
      <TracesPage />
    </WithPageData>
  );
}
