import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { SettingsPage } from "@/components/admin/settings/settings-page";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminSettings") };
}

export default function Page() {
  return (
    <WithPageData queries={[{ path: "ops.settings", type: "query" }]}>
      <SettingsPage />
    </WithPageData>
  );
}
