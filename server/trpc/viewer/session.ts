import { listMyStops } from "../../services/people/list-my-stops";
import { getMe } from "../../services/session/get-me";
import { anyone, router, signedIn } from "../init";

export const sessionRouter = router({
  me: anyone.query(({ ctx }) => getMe(ctx)),
  stops: signedIn.query(({ ctx }) => listMyStops(ctx)),
});
