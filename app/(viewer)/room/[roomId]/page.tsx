import type { Metadata } from "next";
import { headers } from "next/headers";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { RoomPage } from "@/components/room/room-page";
import { Uuid } from "@/domain/contracts/ids";
import type { RoomDetail } from "@/domain/contracts/room";
import { pageCard } from "../../../lib/page-card";
import { readForPage, WithPageData } from "../../../lib/with-page-data";

interface PageProps {
  params: Promise<{ roomId: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const t = await getTranslations("meta");
  const roomId = Uuid.safeParse((await params).roomId);
  const room = roomId.success
    ? ((await readForPage("room.get", { roomId: roomId.data })) as RoomDetail | undefined)
    : undefined;
  if (!room || room.restrictions.banned) return { title: t("room") };
  const { title, anchor, coverUrl } = room;
  const card = {
    title: t("roomTitle", { title, anchor: anchor.nickname }),
    description: t("roomText", { anchor: anchor.nickname }),
  };
  return {
    title: card.title,
    ...(await pageCard({ path: `/room/${room.roomId}`, ...card, imageUrl: coverUrl })),
  };
}

export default async function Page({ params }: PageProps) {
  const roomId = Uuid.safeParse((await params).roomId);
  if (!roomId.success) notFound();
  const input = { roomId: roomId.data };
  return (
    <WithPageData
      queries={[
        { path: "room.get", input, type: "query" },
        { path: "chat.history", input, type: "query" },
        { path: "gift.list", type: "query" },
      ]}
    >
      <RoomPage roomId={roomId.data} isProbablyPhone={await seemsPhone()} />
    </WithPageData>
  );
}

/** What the first picture is laid out for; the browser knows better as soon as it runs. */
async function seemsPhone(): Promise<boolean> {
  const asked = await headers();
  const hint = asked.get("sec-ch-ua-mobile");
  return hint === null ? /Mobi|Android|iPhone/.test(asked.get("user-agent") ?? "") : hint === "?1";
}
