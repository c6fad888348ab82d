import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { LoginPage } from "@/components/account/login-page";
import { safeNextPath } from "@/components/account/next-path";
import { PageShell } from "@/components/ui/page-shell";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("login") };
}

interface PageProps {
  searchParams: Promise<{ next?: string | string[] }>;
}

export default async function Page({ searchParams }: PageProps) {
  return (
    <PageShell>
      <LoginPage next={safeNextPath((await searchParams).next)} />
    </PageShell>
  );
}
