import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { DeadLettersPage } from "@/components/admin/dead-letters/dead-letters-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminDeadLetters") };
}

export default function Page() {
  return <DeadLettersPage />;
}
