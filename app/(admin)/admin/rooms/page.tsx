import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { RoomsPage } from "@/components/admin/rooms/rooms-page";
import { readSearchParams, type SearchParams } from "../../../lib/search-params";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminRooms") };
}

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const text = (await readSearchParams(searchParams)).get("q") || undefined;
  return (
    <WithPageData queries={[{ path: "room.search", input: { text }, type: "infinite" }]}>
      <RoomsPage />
    </WithPageData>
  );
}
