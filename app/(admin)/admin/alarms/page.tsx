import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { AlarmsPage } from "@/components/admin/alarms/alarms-page";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminAlarms") };
}

export default function Page() {
  return (
    <WithPageData
      queries={[
        { path: "ops.alarms", input: { all: false }, type: "infinite" },
        { path: "ops.alarmRules", type: "query" },
      ]}
    >
      <AlarmsPage />
    </WithPageData>
  );
}
