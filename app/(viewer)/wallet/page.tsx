import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PageShell } from "@/components/ui/page-shell";
import { readRoomId } from "@/components/wallet/top-up-place";
import { WalletPage } from "@/components/wallet/wallet-page";
import { Uuid } from "@/domain/contracts/ids";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("meta"))("wallet") };
}

interface PageProps {
  searchParams: Promise<{ order?: string | string[]; room?: string | string[] }>;
}

export default async function Page({ searchParams }: PageProps) {
  const { order, room } = await searchParams;
  const orderId = Uuid.safeParse(order);
  return (
    <PageShell>
      <WalletPage orderId={orderId.success ? orderId.data : null} roomId={readRoomId(room)} />
    </PageShell>
  );
}
