import type { ReactNode } from "react";
import { AdminShell } from "@/components/admin/admin-shell";
import { WithPageData } from "../../lib/with-page-data";

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <WithPageData queries={[{ path: "ops.attention", type: "query" }]}>
      <AdminShell>{children}</AdminShell>
    </WithPageData>
  );
}
