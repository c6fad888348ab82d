"use client";

import { type UseMutationResult, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTRPC } from "../../lib/trpc";
import { ReasonDialog } from "../reason-dialog";

interface SteerDialogProps<I> {
  title: string;
  confirm: string;
  danger?: boolean;
  children: ReactNode;
  mutation: UseMutationResult<unknown, unknown, I>;
  toInput: (reason: string) => I;
  onClose: () => void;
}

/** Asks why before the simulator is told anything, and looks at once how it stands then. */
export function SteerDialog<I>({ children, mutation, toInput, onClose, ...texts }: SteerDialogProps<I>) {
  const trpc = useTRPC();
  const client = useQueryClient();
  return (
    <ReasonDialog
      {...texts}
      isPending={mutation.isPending}
      error={mutation.error}
      onConfirm={(reason) =>
        mutation.mutate(toInput(reason), {
          onSuccess: () => {
            void client.invalidateQueries({ queryKey: trpc.simulator.status.queryKey() });
            onClose();
          },
        })
      }
      onClose={onClose}
    >
      {children}
    </ReasonDialog>
  );
}
