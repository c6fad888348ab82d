import { listMyStops } from "../../services/people/list-my-stops";
import { getMe } from "../../services/session/get-me";
import { anyone, signedIn } from "../init";

export const viewerSession = {
  me: anyone.query(({ ctx }) => getMe(ctx)),
  stops: signedIn.query(({ ctx }) => listMyStops(ctx)),
};
