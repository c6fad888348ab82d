import { Skeleton } from "@mantine/core";

const ROWS = 6;

/** Holds the place of what is still to come, about as large as it will be. */
export function ListSkeleton({ label, rows = ROWS }: { label: string; rows?: number }) {
  return (
    <div role="status" aria-label={label} style={{ display: "grid", gap: 10 }}>
      {Array.from({ length: rows }, (_, i) => (
        <Skeleton key={i} height={44} />
      ))}
    </div>
  );
}
