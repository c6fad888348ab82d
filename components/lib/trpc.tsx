"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink, httpLink, splitLink } from "@trpc/client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import { type ReactNode, useState } from "react";
import { backOffMs } from "@/domain/rules/back-off";
import type { AppRouter } from "@/server/trpc/router";
import { isRetryable, readApiError } from "./api-error";
import { fetchSignedLazily } from "./lazy-signing";
import { fetchNotingTime } from "./server-clock";
import { newTraceparent } from "./trace";

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

const API_URL = "/api/trpc";
/** After these tries, seconds apart, a page says that something could not be read; it is tried again all the same. */
const QUERY_RETRIES_MAX = 2;
const RETRY_BACK_OFF = { firstMs: 1_000, maxMs: 10_000 };
const REREAD_BACK_OFF = { firstMs: 4_000, maxMs: 60_000 };
const STALE_MS = 5_000;

const traced = () => ({ traceparent: newTraceparent() });

function createApiClient() {
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        // A mutation is one act of a person: it goes alone, under its own trace, and waits for no slower query.
        condition: (operation) => operation.type === "mutation",
        true: httpLink({ url: API_URL, headers: traced, fetch: fetchSignedLazily }),
        false: httpBatchLink({ url: API_URL, headers: traced, fetch: fetchNotingTime, maxItems: 10 }),
      }),
    ],
  });
}

/**
 * When what is on the page and could not be read is read again, in milliseconds; never for what was refused. Spread by
 * when it failed: asked twice about one failure, the answer has to be the same.
 */
export function rereadMs(state: {
  status: string;
  error: unknown;
  errorUpdateCount: number;
  errorUpdatedAt: number;
}) {
  if (state.status !== "error" || !isRetryable(readApiError(state.error))) return false;
  return backOffMs(state.errorUpdateCount - 1, (state.errorUpdatedAt % 1_000) / 1_000, REREAD_BACK_OFF);
}

function createQueryClient() {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: STALE_MS,
        retry: (failures, error) => failures < QUERY_RETRIES_MAX && isRetryable(readApiError(error)),
        retryDelay: (failures) => backOffMs(failures, Math.random(), RETRY_BACK_OFF),
        refetchInterval: ({ state }) => rereadMs(state),
      },
      mutations: { retry: false },
    },
  });
}

/** Gives everything below it the API, with a cache of its own per page load. */
export function ApiProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const [apiClient] = useState(createApiClient);
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={apiClient} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
