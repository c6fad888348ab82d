import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { RoomsPage } from "@/components/admin/rooms/rooms-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminRooms") };
}

export default function Page() {
  return <RoomsPage />;
}
