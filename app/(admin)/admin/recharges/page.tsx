import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { RechargesPage } from "@/components/admin/recharges/recharges-page";
import { WithPageData } from "../../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("adminRecharges") };
}

export default function Page() {
  return (
    <WithPageData queries={[{ path: "wallet.rechargeOrders", input: {}, type: "infinite" }]}>
      <RechargesPage />
    </WithPageData>
  );
}
