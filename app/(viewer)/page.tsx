import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { lobbyInput, readLobbyFilter } from "@/components/lobby/lobby-filter";
import { LobbyPage } from "@/components/lobby/lobby-page";
import { PageShell } from "@/components/ui/page-shell";
import { pageCard } from "../lib/page-card";
import { readSearchParams, type SearchParams } from "../lib/search-params";
import { WithPageData } from "../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("meta");
  // Whatever is looked for, it is the lobby.
  return pageCard({ path: "/", title: t("title"), description: t("description") });
}

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const filter = readLobbyFilter(await readSearchParams(searchParams));
  return (
    <PageShell>
      <WithPageData
        queries={[
          { path: "room.list", input: lobbyInput(filter), type: "infinite" },
          { path: "category.list", type: "query" },
        ]}
      >
        <LobbyPage />
      </WithPageData>
    </PageShell>
  );
}
