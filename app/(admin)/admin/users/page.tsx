import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { UsersPage } from "@/components/admin/users/users-page";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminUsers") };
}

export default function Page() {
  return (
    <WithPageData queries={[{ path: "people.search", input: {}, type: "infinite" }]}>
      <UsersPage />
    </WithPageData>
  );
}
