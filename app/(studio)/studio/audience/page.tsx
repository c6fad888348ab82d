import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { AudiencePage } from "@/components/studio/audience/audience-page";
import { readView, toAudienceInput } from "@/components/studio/audience/audience-view";
import { PageShell } from "@/components/ui/page-shell";
import { readSearchParams, type SearchParams } from "../../../lib/search-params";
import { readForPage, WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("audience") };
}

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const view = readView(await readSearchParams(searchParams));
  const mine = (await readForPage("room.mine")) as { roomId: string } | null | undefined;
  return (
    <PageShell wide>
      <WithPageData
        queries={[
          { path: "analytics.audience", input: toAudienceInput(view), type: "query" },
          { path: "room.mine", type: "query" },
          ...(mine
            ? [
                {
                  path: "room.top" as const,
                  input: { roomId: mine.roomId, window: "week" },
                  type: "query" as const,
                },
              ]
            : []),
        ]}
      >
        <AudiencePage />
      </WithPageData>
    </PageShell>
  );
}
