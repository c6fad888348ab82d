import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { RoomPage } from "@/components/room/room-page";
import { Uuid } from "@/server/contracts/ids";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("room") };
}

interface PageProps {
  params: Promise<{ roomId: string }>;
}

export default async function Page({ params }: PageProps) {
  const roomId = Uuid.safeParse((await params).roomId);
  if (!roomId.success) notFound();
  return <RoomPage roomId={roomId.data} />;
}
