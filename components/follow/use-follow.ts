import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Follow } from "@/domain/contracts/follow";
import { useTRPC } from "../lib/trpc";
import { useNotifyError } from "../ui/use-notify-error";

const STALE_MS = 30_000;

/**
 * Whether I follow an anchor, and the way to change it: seen at once, and taken back when it was refused. What is known from
 * elsewhere is not asked for.
 */
export function useFollow(anchorId: string, known?: Follow) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notifyError = useNotifyError();
  const options = trpc.follow.get.queryOptions({ anchorId }, { staleTime: STALE_MS });
  const { data } = useQuery({ ...options, initialData: known });
  const set = useMutation(
    trpc.follow.set.mutationOptions({
      onMutate: async ({ following }) => {
        await queryClient.cancelQueries({ queryKey: options.queryKey });
        const before = queryClient.getQueryData(options.queryKey);
        if (before) queryClient.setQueryData(options.queryKey, withMine(before, following));
        return { before };
      },
      onError: (error, _input, context) => {
        if (context?.before) queryClient.setQueryData(options.queryKey, context.before);
        notifyError(error);
      },
      onSuccess: (follow) => {
        queryClient.setQueryData(options.queryKey, follow);
        // A list that is looked at keeps who was just let go, so that a slip can be undone.
        void queryClient.invalidateQueries({ queryKey: trpc.follow.list.pathKey(), refetchType: "inactive" });
        void queryClient.invalidateQueries({ queryKey: trpc.room.list.pathKey() });
      },
    }),
  );
  return { follow: data, setFollowing: (following: boolean) => set.mutate({ anchorId, following }) };
}

function withMine(follow: Follow, following: boolean): Follow {
  const change = Number(following) - Number(follow.following);
  return { following, followers: follow.followers + change };
}
