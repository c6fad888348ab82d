import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { AccountPage } from "@/components/account/account-page";
import { PageShell } from "@/components/ui/page-shell";
import { WithPageData } from "../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("account") };
}

export default function Page() {
  return (
    <PageShell>
      <WithPageData
        queries={[
          { path: "follow.list", input: {}, type: "infinite" },
          { path: "me.account", type: "query" },
          { path: "me.profile", type: "query" },
          { path: "me.sessions", type: "query" },
        ]}
      >
        <AccountPage />
      </WithPageData>
    </PageShell>
  );
}
