import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { RemovedWordsPage } from "@/components/admin/removed-words/removed-words-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminRemovedWords") };
}

export default function Page() {
  return <RemovedWordsPage />;
}
