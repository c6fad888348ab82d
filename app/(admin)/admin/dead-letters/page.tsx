import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { DeadLettersPage } from "@/components/admin/dead-letters/dead-letters-page";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminDeadLetters") };
}

export default function Page() {
  return (
    <WithPageData queries={[{ path: "ops.deadLetters", input: { status: "open" }, type: "infinite" }]}>
      <DeadLettersPage />
    </WithPageData>
  );
}
