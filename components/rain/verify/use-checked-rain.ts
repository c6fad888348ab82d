import { useQuery } from "@tanstack/react-query";
import type { RainClaims, RainProof } from "@/domain/contracts/rain";
import { useTRPC, useTRPCClient } from "../../lib/trpc";
import { runCheck } from "./run-check";

const WATCH_MS = 5_000;

/** Reads everything that was published of a rain and checks it; before the end it looks again now and then. */
export function useCheckedRain(rainId: string) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const proof = useQuery(
    trpc.rain.verify.queryOptions(
      { rainId },
      { refetchInterval: (query) => (query.state.data?.status === "ended" ? false : WATCH_MS) },
    ),
  );
  const ended = proof.data?.status === "ended" ? proof.data : null;
  const checked = useQuery({
    queryKey: ["rain-check", rainId],
    enabled: ended !== null,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const [claims, { mine }] = await Promise.all([
        readAllClaims((fromIndex) => client.rain.claims.query({ rainId, fromIndex }, { signal })),
        client.rain.result.query({ rainId }, { signal }),
      ]);
      return { ...(await runCheck({ proof: ended as RainProof, claims, mine }, signal)), mine };
    },
  });
  return { proof, checked };
}

async function readAllClaims(
  read: (fromIndex: number) => Promise<RainClaims>,
): Promise<RainClaims["claims"]> {
  const claims: RainClaims["claims"] = [];
  for (let next: number | null = 0; next !== null; ) {
    const page: RainClaims = await read(next);
    claims.push(...page.claims);
    next = page.nextIndex;
  }
  return claims;
}
