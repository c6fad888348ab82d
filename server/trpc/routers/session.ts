import { getMe } from "../../services/session/get-me";
import { anyone, router } from "../init";

export const sessionRouter = router({
  me: anyone.query(({ ctx }) => getMe(ctx)),
});
