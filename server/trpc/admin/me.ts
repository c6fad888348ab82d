import { ConfirmSecondFactorInput, VerifySecondFactorInput } from "@/domain/contracts/second-factor";
import {
  confirmSecondFactor,
  getSecondFactor,
  startSecondFactor,
  verifySecondFactor,
} from "../../services/second-factor/second-factor";
import { contract } from "../contract";
import { operatorAtDoor } from "../init";

export const adminMe = {
  secondFactor: operatorAtDoor.query(({ ctx }) => getSecondFactor(ctx)),
  startSecondFactor: operatorAtDoor.mutation(({ ctx }) => startSecondFactor(ctx)),
  confirmSecondFactor: operatorAtDoor
    .input(contract(ConfirmSecondFactorInput))
    .mutation(({ ctx, input }) => confirmSecondFactor(ctx, input)),
  verifySecondFactor: operatorAtDoor
    .input(contract(VerifySecondFactorInput))
    .mutation(({ ctx, input }) => verifySecondFactor(ctx, input)),
};
