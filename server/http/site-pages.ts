import type { IncomingMessage, ServerResponse } from "node:http";
import { FairQueue } from "@/platform/runtime/fair-queue";
import type { Env } from "@/platform/settings/env";
import type { Ctx } from "../services/context";
import type { PageCalls } from "../site/page-calls";
import type { Forwarding, SiteClient } from "../site/site-client";
import { refuseBusy } from "./fence/busy-answer";
import type { CallGate } from "./fence/call-gate";
import type { Fence } from "./fence/fence";
import { pagesUnderWay, pagesWaiting, requestsRefused } from "./fence/fence-metrics";

const BUSY_RETRY_MS = 2_000;
/** Somebody who opens the whole platform in tabs does not wait. */
const PAGES_BURST_MS = 3_000;

type PageSettings = Pick<
  Env,
  "PAGES_AT_ONCE" | "PAGES_SHARE_PER_ADDRESS" | "PAGES_WAITING_MAX" | "PAGES_WAITING_PER_ADDRESS_MAX"
>;

interface SitePagesOptions {
  env: PageSettings;
  site: SiteClient;
  fence: Fence;
  gate: CallGate;
  /** How long the site has been at work, without the time in which it waited. */
  readSiteWorkedMs?: () => number;
  /** Answers what pages ask; without it browsers ask for all of it. */
  pageCalls?: PageCalls;
  createCtx(request: IncomingMessage, response: ServerResponse, traceId: string): Promise<Ctx>;
}

export type AnswerSitePage = (
  request: IncomingMessage,
  response: ServerResponse,
  forwarding: Forwarding,
) => Promise<void>;

/** Pages that the site makes wait in a queue that is fair between addresses. */
export function createSitePages(options: SitePagesOptions): AnswerSitePage {
  const { env, site, fence, gate, readSiteWorkedMs, pageCalls, createCtx } = options;
  const pages = new FairQueue(
    {
      atOnceMax: env.PAGES_AT_ONCE,
      atOncePerKeyMax: Math.ceil(env.PAGES_AT_ONCE / 2),
      pace: { share: env.PAGES_SHARE_PER_ADDRESS, burstMs: PAGES_BURST_MS, readWorkedMs: readSiteWorkedMs },
      waitingMax: env.PAGES_WAITING_MAX,
      waitingPerKeyMax: env.PAGES_WAITING_PER_ADDRESS_MAX,
    },
    ({ waiting, running }) => {
      pagesWaiting.set(waiting);
      pagesUnderWay.set(running);
    },
  );

  return async function answerSitePage(request, response, forwarding) {
    const { counted } = forwarding.address;
    if (gate.admission.findObstacle("page")) {
      requestsRefused.inc({ reason: "behind" });
      refuseBusy(request, response, 503, BUSY_RETRY_MS);
      return;
    }
    const obstacle = pages.findObstacle(counted);
    if (obstacle) {
      fence.refuse(request, response, obstacle === "key" ? 429 : 503, BUSY_RETRY_MS, `pages of ${obstacle}`);
      return;
    }
    await pages.run(
      counted,
      () => response.destroyed,
      () =>
        // What is fetched ahead shows nothing yet, and its caller's calls are for what they open.
        pageCalls && request.headers["next-router-prefetch"] === undefined
          ? pageCalls.during(
              () => createCtx(request, response, forwarding.traceId),
              (pageCall) => site.forward(request, response, { ...forwarding, pageCall }),
            )
          : site.forward(request, response, forwarding),
    );
  };
}
