import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { DoctorPage } from "@/components/admin/doctor/doctor-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminDoctor") };
}

// Nothing is asked before: what does not answer would hold up the page.
export default function Page() {
  return <DoctorPage />;
}
