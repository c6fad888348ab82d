import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { lobbyInput, readLobbyFilter } from "@/components/lobby/lobby-filter";
import { LobbyPage } from "@/components/lobby/lobby-page";
import { PageShell } from "@/components/ui/page-shell";
import { pageCard } from "../lib/page-card";
import { WithPageData } from "../lib/with-page-data";

interface PageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("meta");
  // Whatever is looked for, it is the lobby.
  return pageCard({ path: "/", title: t("title"), description: t("description") });
}

export default async function Page({ searchParams }: PageProps) {
  const params = await searchParams;
  const filter = readLobbyFilter({
    get: (name) => {
      const value = params[name];
      return (Array.isArray(value) ? value[0] : value) ?? null;
    },
  });
  return (
    <PageShell>
      <WithPageData queries={[{ path: "room.list", input: lobbyInput(filter), type: "infinite" }]}>
        <LobbyPage />
      </WithPageData>
    </PageShell>
  );
}
