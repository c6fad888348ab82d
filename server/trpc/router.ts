import { adminAnalytics } from "./admin/analytics";
import { adminCategory } from "./admin/category";
import { adminChat } from "./admin/chat";
import { adminFinance } from "./admin/finance";
import { adminGift } from "./admin/gift";
import { adminMe } from "./admin/me";
import { adminOps } from "./admin/ops";
import { adminPeople } from "./admin/people";
import { adminPk } from "./admin/pk";
import { adminProduct } from "./admin/product";
import { adminRain } from "./admin/rain";
import { adminRoom } from "./admin/room";
import { adminSimulator } from "./admin/simulator";
import { adminTag } from "./admin/tag";
import { adminWallet } from "./admin/wallet";
import { router } from "./init";
import { studioAnalytics } from "./studio/analytics";
import { studioChat } from "./studio/chat";
import { studioFinance } from "./studio/finance";
import { studioPk } from "./studio/pk";
import { studioRain } from "./studio/rain";
import { studioRoom } from "./studio/room";
import { viewerAnalytics } from "./viewer/analytics";
import { viewerCategory } from "./viewer/category";
import { viewerChat } from "./viewer/chat";
import { viewerFollow } from "./viewer/follow";
import { viewerGift } from "./viewer/gift";
import { viewerMe } from "./viewer/me";
import { viewerPk } from "./viewer/pk";
import { viewerRain } from "./viewer/rain";
import { viewerRoom } from "./viewer/room";
import { viewerSession } from "./viewer/session";
import { viewerTag } from "./viewer/tag";
import { viewerWallet } from "./viewer/wallet";

export const appRouter = router({
  session: router(viewerSession),
  me: router({ ...viewerMe, ...adminMe }),
  room: router({ ...viewerRoom, ...studioRoom, ...adminRoom }),
  category: router({ ...viewerCategory, ...adminCategory }),
  follow: router(viewerFollow),
  chat: router({ ...viewerChat, ...studioChat, ...adminChat }),
  gift: router({ ...viewerGift, ...adminGift }),
  wallet: router({ ...viewerWallet, ...adminWallet }),
  product: router(adminProduct),
  finance: router({ ...studioFinance, ...adminFinance }),
  ops: router(adminOps),
  rain: router({ ...viewerRain, ...studioRain, ...adminRain }),
  pk: router({ ...viewerPk, ...studioPk, ...adminPk }),
  people: router(adminPeople),
  tag: router({ ...viewerTag, ...adminTag }),
  analytics: router({ ...viewerAnalytics, ...studioAnalytics, ...adminAnalytics }),
  simulator: router(adminSimulator),
});

export type AppRouter = typeof appRouter;
