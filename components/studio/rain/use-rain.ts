"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Rain } from "@/domain/contracts/rain";
import { rereadMs, useTRPC } from "../../lib/trpc";
import { newerRain } from "./rain-progress";

/** Events come by push; without it, or where one is lost, it is asked this often. */
const POLL_MS: Record<Rain["status"], number | false> = {
  created: 10_000,
  preparing: 1_000,
  ready: 3_000,
  started: 1_000,
  ending: 1_000,
  ended: false,
};

/** One rain as it stands, and the steps that can be taken with it. */
export function useRain(rainId: string) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const queryKey = trpc.rain.get.queryKey({ rainId });
  const query = useQuery(
    trpc.rain.get.queryOptions(
      { rainId },
      {
        refetchInterval: ({ state }) => (state.data ? POLL_MS[state.data.status] : rereadMs(state)),
        structuralSharing: (known, incoming) => newerRain(known as Rain | undefined, incoming as Rain),
      },
    ),
  );
  const options = {
    onSuccess: (rain: Rain) => {
      queryClient.setQueryData(queryKey, rain);
      void queryClient.invalidateQueries({ queryKey: trpc.rain.mine.pathKey() });
      void queryClient.invalidateQueries({ queryKey: trpc.wallet.pathKey() });
    },
    // A refusal often says that another screen was first: what is true now is shown beside it.
    onError: () => void queryClient.invalidateQueries({ queryKey: trpc.rain.pathKey() }),
  };
  return {
    query,
    prepare: useMutation(trpc.rain.prepare.mutationOptions(options)),
    start: useMutation(trpc.rain.start.mutationOptions(options)),
    finish: useMutation(trpc.rain.finish.mutationOptions(options)),
  };
}

export type RainSteps = Pick<ReturnType<typeof useRain>, "prepare" | "start" | "finish">;
