"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { v7 as uuidv7 } from "uuid";
import type { PayoutAccount } from "@/domain/contracts/payout-account";
import { isRetryable, readApiError } from "../../lib/api-error";
import { useTRPC } from "../../lib/trpc";

export interface WithdrawIntent {
  amountFen: number;
  payoutAccount: PayoutAccount;
}

export const isCodeNeeded = (error: unknown) => readApiError(error).name === "ACCOUNT_CODE_NEEDED";

/**
 * Asks for a withdrawal. What a person wants keeps one id until the answer is final, so that trying again after a lost
 * answer is the same withdrawal and never a second one.
 */
export function useWithdraw(options: { onDone: () => void; onCodeNeeded: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const pending = useRef<{ content: string; withdrawalId: string } | null>(null);
  const mutation = useMutation(
    trpc.finance.withdraw.mutationOptions({
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.finance.pathKey() }),
    }),
  );
  const submit = (intent: WithdrawIntent, accountCode?: string) => {
    const content = JSON.stringify(intent);
    if (pending.current?.content !== content) pending.current = { content, withdrawalId: uuidv7() };
    const { withdrawalId } = pending.current;
    mutation.mutate(
      { ...intent, withdrawalId, ...(accountCode ? { accountCode } : {}) },
      {
        onSuccess: () => {
          pending.current = null;
          options.onDone();
        },
        onError: (error) => {
          if (isCodeNeeded(error)) options.onCodeNeeded();
          if (!isRetryable(readApiError(error))) pending.current = null;
        },
      },
    );
  };
  return { submit, isPending: mutation.isPending, error: mutation.error, reset: mutation.reset };
}
