import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { EarningsPage } from "@/components/studio/earnings-page";
import { LINES_INPUT, WITHDRAWALS_INPUT } from "@/components/studio/first-lists";
import { PageShell } from "@/components/ui/page-shell";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("earnings") };
}

export default function Page() {
  return (
    <PageShell wide>
      <WithPageData
        queries={[
          { path: "finance.summary", type: "query" },
          { path: "finance.withdrawalLimits", type: "query" },
          { path: "finance.withdrawals", input: WITHDRAWALS_INPUT, type: "infinite" },
          { path: "finance.lines", input: LINES_INPUT, type: "infinite" },
          { path: "finance.reversals", input: {}, type: "infinite" },
        ]}
      >
        <EarningsPage />
      </WithPageData>
    </PageShell>
  );
}
