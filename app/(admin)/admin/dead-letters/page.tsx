import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { readDeadLetterFilter } from "@/components/admin/dead-letters/dead-letter-filter";
import { DeadLettersPage } from "@/components/admin/dead-letters/dead-letters-page";
import { readSearchParams, type SearchParams } from "../../../lib/search-params";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminDeadLetters") };
}

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const params = await readSearchParams(searchParams);
  const deadLetterId = params.get("id");
  return (
    <WithPageData
      queries={[
        ...(deadLetterId
          ? [{ path: "ops.deadLetter", input: { deadLetterId }, type: "query" } as const]
          : []),
        { path: "ops.deadLetters", input: readDeadLetterFilter(params), type: "infinite" },
      ]}
    >
      <DeadLettersPage />
    </WithPageData>
  );
}
