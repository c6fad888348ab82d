import { router } from "./init";
import { analyticsRouter } from "./routers/analytics";
import { chatRouter } from "./routers/chat";
import { financeRouter } from "./routers/finance";
import { followRouter } from "./routers/follow";
import { giftRouter } from "./routers/gift";
import { meRouter } from "./routers/me";
import { opsRouter } from "./routers/ops";
import { peopleRouter } from "./routers/people";
import { productRouter } from "./routers/product";
import { rainRouter } from "./routers/rain";
import { roomRouter } from "./routers/room";
import { sessionRouter } from "./routers/session";
import { simulatorRouter } from "./routers/simulator";
import { tagRouter } from "./routers/tag";
import { walletRouter } from "./routers/wallet";

export const appRouter = router({
  session: sessionRouter,
  me: meRouter,
  room: roomRouter,
  follow: followRouter,
  chat: chatRouter,
  gift: giftRouter,
  wallet: walletRouter,
  product: productRouter,
  finance: financeRouter,
  ops: opsRouter,
  rain: rainRouter,
  people: peopleRouter,
  tag: tagRouter,
  analytics: analyticsRouter,
  simulator: simulatorRouter,
});

export type AppRouter = typeof appRouter;
