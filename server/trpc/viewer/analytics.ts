import { ViewerProfileInput } from "@/domain/contracts/analytics";
import { getViewerProfile } from "../../services/analytics/get-profiles";
import { contract } from "../contract";
import { viewer } from "../init";

export const viewerAnalytics = {
  viewer: viewer.input(contract(ViewerProfileInput)).query(({ ctx, input }) => getViewerProfile(ctx, input)),
};
