import type { Metadata } from "next";
import { cookies } from "next/headers";
import { getTranslations } from "next-intl/server";
import { PUT_AWAY_COOKIE } from "@/components/studio/rain/put-away";
import { pickRain } from "@/components/studio/rain/rain-progress";
import { StudioPage } from "@/components/studio/studio-page";
import { PageShell } from "@/components/ui/page-shell";
import { Uuid } from "@/domain/contracts/ids";
import type { MyRains } from "@/domain/contracts/rain";
import { type PageDataQuery, readForPage, WithPageData } from "../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("studio") };
}

export default async function Page() {
  const putAwayRainId = Uuid.safeParse((await cookies()).get(PUT_AWAY_COOKIE)?.value).data ?? null;
  const [ofRoom, ofRain] = await Promise.all([questionsOfRoom(), questionsOfRain(putAwayRainId)]);
  return (
    <PageShell wide>
      <WithPageData
        queries={[
          { path: "session.stops", type: "query" },
          { path: "room.mine", type: "query" },
          { path: "rain.mine", input: {}, type: "infinite" },
          { path: "finance.summary", type: "query" },
          { path: "gift.list", type: "query" },
          { path: "category.list", type: "query" },
          { path: "gift.history", input: { side: "received" }, type: "infinite" },
          ...ofRoom,
          ...ofRain,
        ]}
      >
        <StudioPage putAwayRainId={putAwayRainId} />
      </WithPageData>
    </PageShell>
  );
}

/** What the desk of the anchor's room shows; nothing before they first went live. */
async function questionsOfRoom(): Promise<PageDataQuery[]> {
  const mine = (await readForPage("room.mine")) as { roomId: string; isLive: boolean } | null | undefined;
  if (!mine) return [];
  const input = { roomId: mine.roomId };
  const window = mine.isLive ? "session" : "week";
  return [
    { path: "room.get", input, type: "query" },
    { path: "room.stats", input, type: "query" },
    { path: "room.restricted", input, type: "query" },
    { path: "room.top", input: { ...input, window }, type: "query" },
    { path: "chat.history", input, type: "query" },
  ];
}

/** What the rain that the panel opens with shows. */
async function questionsOfRain(putAwayId: string | null): Promise<PageDataQuery[]> {
  const mine = (await readForPage("rain.mine", {})) as MyRains | undefined;
  const rainId = mine && pickRain(mine.items, putAwayId);
  return rainId ? [{ path: "rain.get", input: { rainId }, type: "query" }] : [];
}
