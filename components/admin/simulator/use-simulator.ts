"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { SimulatorSample, SimulatorStatus } from "@/domain/contracts/simulator";
import { useTRPC } from "../../lib/trpc";

const REFRESH_MS = 2_000;

interface Seen {
  runId: string | undefined;
  last: number;
  samples: readonly SimulatorSample[];
}
const NOTHING: Seen = { runId: undefined, last: -1, samples: [] };

/** How the simulator stands; of the latest run, what came since the last time is asked for and put to the rest. */
export function useSimulator(): {
  status: SimulatorStatus | undefined;
  samples: readonly SimulatorSample[];
  error: unknown;
  refetch: () => Promise<unknown>;
} {
  const trpc = useTRPC();
  const [seen, setSeen] = useState(NOTHING);
  const input = seen.runId ? { runId: seen.runId, after: seen.last } : {};
  const query = useQuery(
    trpc.simulator.status.queryOptions(input, {
      refetchInterval: REFRESH_MS,
      placeholderData: keepPreviousData,
    }),
  );
  const { data, error, refetch, isPlaceholderData } = query;
  useEffect(() => {
    if (!data || isPlaceholderData) return;
    setSeen((before) => putTogether(before, data));
  }, [data, isPlaceholderData]);
  return { status: data, samples: seen.samples, error, refetch };
}

/** Samples of another run take the place of those before. */
function putTogether(before: Seen, { runs, samples }: SimulatorStatus): Seen {
  const runId = runs[0]?.runId;
  // What was asked for another run says nothing of this one.
  if (runId !== before.runId) return { ...NOTHING, runId };
  const news = samples.filter(({ number }) => number > before.last);
  if (news.length === 0) return before;
  return {
    runId,
    last: news.at(-1)?.number ?? before.last,
    samples: [...before.samples, ...news.map(({ sample }) => sample)],
  };
}
