import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { RoomsPage } from "@/components/admin/rooms/rooms-page";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminRooms") };
}

export default function Page() {
  return (
    <WithPageData queries={[{ path: "room.search", input: {}, type: "infinite" }]}>
      <RoomsPage />
    </WithPageData>
  );
}
