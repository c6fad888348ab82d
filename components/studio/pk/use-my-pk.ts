import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { userChannelName } from "@/push/client/push-config";
import { usePush } from "@/push/client/use-push";
import { useTRPC } from "../../lib/trpc";
import { useNotifyError } from "../../ui/use-notify-error";

/** News comes by push; this is for what push could not bring. */
const POLL_MS = 10_000;

/** An anchor's battles and everything that can be done with them. */
export function useMyPk(userId: string) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const push = usePush(userId);
  const query = useQuery(trpc.pk.mine.queryOptions(undefined, { refetchInterval: POLL_MS }));
  const onError = useNotifyError();
  useEffect(() => {
    if (!push) return;
    const readAgain = () => void queryClient.invalidateQueries({ queryKey: trpc.pk.pathKey() });
    const { unsubscribe } = push.subscribe(userChannelName(userId), {
      onEvent: (name) => {
        if (name === "pk.changed" || name === "pk.invited") readAgain();
      },
      onSubscribed: readAgain,
    });
    return unsubscribe;
  }, [push, userId, queryClient, trpc]);
  const onSettled = () => queryClient.invalidateQueries({ queryKey: trpc.pk.pathKey() });
  const options = { onError, onSettled };
  return {
    query,
    invite: useMutation(trpc.pk.invite.mutationOptions(options)),
    accept: useMutation(trpc.pk.accept.mutationOptions(options)),
    decline: useMutation(trpc.pk.decline.mutationOptions(options)),
    leave: useMutation(trpc.pk.leave.mutationOptions(options)),
  };
}

export type MyPkSteps = ReturnType<typeof useMyPk>;
