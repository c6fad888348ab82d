import { PkIdInput } from "@/domain/contracts/pk";
import { RoomIdInput } from "@/domain/contracts/room";
import { getCurrentPk, getPkResult } from "../../services/pk/get-pk";
import { contract } from "../contract";
import { anyone } from "../init";

export const viewerPk = {
  current: anyone.input(contract(RoomIdInput)).query(({ ctx, input }) => getCurrentPk(ctx, input)),
  result: anyone.input(contract(PkIdInput)).query(({ ctx, input }) => getPkResult(ctx, input)),
};
