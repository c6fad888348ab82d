import type { StackProcess } from "@/stack/stack-process";

/** Whether a process says that it is ready; one that does not answer is not. */
export async function readReadiness({ healthUrl }: StackProcess): Promise<boolean> {
  const response = await fetch(`${healthUrl}/readyz`, { signal: AbortSignal.timeout(8_000) }).catch(
    () => undefined,
  );
  return response?.ok ?? false;
}
