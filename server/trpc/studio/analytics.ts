import { AudienceInput } from "@/domain/contracts/audience";
import { getAudience } from "../../services/audience/get-audience";
import { contract } from "../contract";
import { anchor } from "../init";

export const studioAnalytics = {
  audience: anchor.input(contract(AudienceInput)).query(({ ctx, input }) => getAudience(ctx, input)),
};
