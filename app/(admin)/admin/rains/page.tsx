import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { RainsPage } from "@/components/admin/rains/rains-page";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminRains") };
}

export default function Page() {
  return (
    <WithPageData
      queries={[
        { path: "rain.search", input: {}, type: "infinite" },
        { path: "rain.grants", input: {}, type: "infinite" },
      ]}
    >
      <RainsPage />
    </WithPageData>
  );
}
