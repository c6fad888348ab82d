import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { AdminOverview } from "@/components/admin/overview/admin-overview";
import { WithPageData } from "../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("admin") };
}

export default function Page() {
  return (
    <WithPageData
      queries={[
        { path: "ops.overview", type: "query" },
        { path: "ops.live", type: "query" },
      ]}
    >
      <AdminOverview />
    </WithPageData>
  );
}
