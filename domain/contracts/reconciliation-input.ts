import { z } from "zod";
import { RowNumber } from "./ids";

export const ReconciliationInput = z.object({ runId: RowNumber.optional() }).optional();
export type ReconciliationInput = z.infer<typeof ReconciliationInput>;
