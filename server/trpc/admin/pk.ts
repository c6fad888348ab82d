import { PkStopInput } from "@/domain/contracts/pk";
import { stopPk } from "../../services/pk/stop-pk";
import { contract } from "../contract";
import { operatorAlone } from "../init";

export const adminPk = {
  stop: operatorAlone.input(contract(PkStopInput)).mutation(({ ctx, input }) => stopPk(ctx, input)),
};
