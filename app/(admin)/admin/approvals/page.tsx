import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ApprovalsPage } from "@/components/admin/approvals/approvals-page";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminApprovals") };
}

export default function Page() {
  return (
    <WithPageData
      queries={[
        { path: "ops.proposals", input: { all: false }, type: "infinite" },
        { path: "ops.fourEyes", type: "query" },
      ]}
    >
      <ApprovalsPage />
    </WithPageData>
  );
}
