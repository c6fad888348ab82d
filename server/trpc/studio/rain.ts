import { RainCreateInput, RainIdInput, RainPageInput, RainStartInput } from "@/domain/contracts/rain";
import { createRain } from "../../services/rain/create-rain";
import { finishRain } from "../../services/rain/finish-rain";
import { getRain, listMyRains } from "../../services/rain/list-rains";
import { prepareRain } from "../../services/rain/prepare-rain";
import { startRain } from "../../services/rain/start-rain";
import { contract } from "../contract";
import { anchor, moderator } from "../init";

export const studioRain = {
  create: anchor.input(contract(RainCreateInput)).mutation(({ ctx, input }) => createRain(ctx, input)),
  prepare: anchor.input(contract(RainIdInput)).mutation(({ ctx, input }) => prepareRain(ctx, input)),
  start: anchor.input(contract(RainStartInput)).mutation(({ ctx, input }) => startRain(ctx, input)),
  finish: anchor.input(contract(RainIdInput)).mutation(({ ctx, input }) => finishRain(ctx, input)),
  mine: anchor.input(contract(RainPageInput.prefault({}))).query(({ ctx, input }) => listMyRains(ctx, input)),
  get: moderator.input(contract(RainIdInput)).query(({ ctx, input }) => getRain(ctx, input)),
};
