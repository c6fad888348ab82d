import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { SimulatorPage } from "@/components/admin/simulator/simulator-page";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminSimulator") };
}

export default function Page() {
  return (
    <WithPageData queries={[{ path: "simulator.status", input: {}, type: "query" }]}>
      <SimulatorPage />
    </WithPageData>
  );
}
