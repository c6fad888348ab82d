import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ApprovalsPage } from "@/components/admin/approvals/approvals-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminApprovals") };
}

export default function Page() {
  return <ApprovalsPage />;
}
