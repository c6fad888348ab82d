import { analyticsRouter } from "./admin/analytics";
import { financeRouter } from "./admin/finance";
import { opsRouter } from "./admin/ops";
import { peopleRouter } from "./admin/people";
import { productRouter } from "./admin/product";
import { simulatorRouter } from "./admin/simulator";
import { tagRouter } from "./admin/tag";
import { router } from "./init";
import { chatRouter } from "./viewer/chat";
import { followRouter } from "./viewer/follow";
import { giftRouter } from "./viewer/gift";
import { meRouter } from "./viewer/me";
import { rainRouter } from "./viewer/rain";
import { roomRouter } from "./viewer/room";
import { sessionRouter } from "./viewer/session";
import { walletRouter } from "./viewer/wallet";

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
