import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { TagsPage } from "@/components/admin/tags/tags-page";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminTags") };
}

export default function Page() {
  return (
    <WithPageData queries={[{ path: "tag.list", input: {}, type: "infinite" }]}>
      <TagsPage />
    </WithPageData>
  );
}
