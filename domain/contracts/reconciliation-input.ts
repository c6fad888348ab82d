import { z } from "zod";

export const ReconciliationInput = z
  .object({
    runId: z
      .string()
      .regex(/^\d{1,15}$/)
      .optional(),
  })
  .optional();
export type ReconciliationInput = z.infer<typeof ReconciliationInput>;
