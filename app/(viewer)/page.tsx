import { LobbyPage } from "@/components/lobby/lobby-page";
import { PageShell } from "@/components/ui/page-shell";

export default function Page() {
  return (
    <PageShell>
      <LobbyPage />
    </PageShell>
  );
}
