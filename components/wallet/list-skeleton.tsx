import { Skeleton } from "@mantine/core";

const ROWS = 6;

export function ListSkeleton({ label }: { label: string }) {
  return (
    <div role="status" aria-label={label} style={{ display: "grid", gap: 10 }}>
      {Array.from({ length: ROWS }, (_, i) => (
        <Skeleton key={i} height={44} />
      ))}
    </div>
  );
}
