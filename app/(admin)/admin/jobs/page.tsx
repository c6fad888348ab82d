import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { JobsPage } from "@/components/admin/jobs/jobs-page";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminJobs") };
}

export default function Page() {
  return (
    <WithPageData queries={[{ path: "ops.jobs", type: "query" }]}>
      <JobsPage />
    </WithPageData>
  );
}
