import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { SecurityPage } from "@/components/admin/security/security-page";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminSecurity") };
}

export default function Page() {
  return (
    <WithPageData
      queries={[
        { path: "ops.ipBlocks", type: "query" },
        { path: "ops.settings", type: "query" },
        { path: "ops.mediaHosts", type: "query" },
        { path: "ops.phoneChangePolicy", type: "query" },
        { path: "ops.retentionPolicy", type: "query" },
      ]}
    >
      <SecurityPage />
    </WithPageData>
  );
}
