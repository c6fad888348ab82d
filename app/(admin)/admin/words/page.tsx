import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { WordsPage } from "@/components/admin/words/words-page";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminWords") };
}

export default function Page() {
  return (
    <WithPageData queries={[{ path: "chat.words", type: "query" }]}>
      <WordsPage />
    </WithPageData>
  );
}
