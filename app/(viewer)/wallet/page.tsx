import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PageShell } from "@/components/ui/page-shell";
import { readRoomId } from "@/components/wallet/top-up-place";
import { WalletPage } from "@/components/wallet/wallet-page";
import { Uuid } from "@/domain/contracts/ids";
import { WithPageData } from "../../lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("wallet") };
}

interface PageProps {
  searchParams: Promise<{ order?: string | string[]; room?: string | string[] }>;
}

export default async function Page({ searchParams }: PageProps) {
  const { order, room } = await searchParams;
  const orderId = Uuid.safeParse(order).data ?? null;
  return (
    <PageShell>
      <WithPageData
        queries={[
          { path: "wallet.caps", type: "query" },
          { path: "wallet.products", type: "query" },
          { path: "wallet.statement", input: {}, type: "infinite" },
          ...(orderId ? [{ path: "wallet.order", input: { orderId }, type: "query" } as const] : []),
        ]}
      >
        <WalletPage orderId={orderId} roomId={readRoomId(room)} />
      </WithPageData>
    </PageShell>
  );
}
