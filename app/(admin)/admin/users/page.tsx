import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { readPeopleFilter } from "@/components/admin/users/people-filter";
import { UsersPage } from "@/components/admin/users/users-page";
import { readSearchParams, type SearchParams } from "../../../lib/search-params";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminUsers") };
}

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const { text, role, userId } = readPeopleFilter(await readSearchParams(searchParams));
  return (
    <WithPageData
      queries={[
        { path: "people.applications", input: { status: "open" }, type: "infinite" },
        { path: "people.search", input: { text: text || undefined, role }, type: "infinite" },
        ...(userId
          ? ([
              { path: "people.get", input: { userId }, type: "query" },
              { path: "people.sessions", input: { userId }, type: "query" },
            ] as const)
          : []),
      ]}
    >
      <UsersPage />
    </WithPageData>
  );
}
