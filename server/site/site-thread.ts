import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Log } from "@/platform/observability/log";
import { isPageQuestion, type PageAnswer, type PageQuestion } from "./page-questions";

export const SITE_READY = "ready";
export const SITE_STOP = "stop";
const RESTART_MS = 1_000;

export interface SiteThreadData {
  /** Where the thread listens. */
  socketPath: string;
}

export interface SiteThread {
  socketPath: string;
  /** How long the thread has been at work since it was started; zero while it is not there. */
  readWorkedMs(): number;
  /** Lets the requests under way end, then ends the thread. */
  stop(): Promise<void>;
}

/**
 * Starts the pages and better-auth in a thread of their own and resolves when they can be asked; rejects when the first
 * start fails. `answer` is asked for what pages show. A thread that ends by itself later, as when a page takes all memory, is started again; meanwhile gifts go on.
 */
export async function startSiteThread(
  bundle: URL,
  log: Log,
  answer?: (question: PageQuestion) => Promise<PageAnswer>,
): Promise<SiteThread> {
  // Only this user may enter the folder, so nobody else can speak to the thread.
  const folder = mkdtempSync(join(tmpdir(), "downpour-site-"));
  const socketPath = join(folder, "site.sock");
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  let isStopping = false;
  let worker: Worker;

  function launch(): { ready: Promise<void>; ended: Promise<void> } {
    const data: SiteThreadData = { socketPath };
    const started = new Worker(bundle, { workerData: data });
    worker = started;
    started.on("message", (message: unknown) => {
      if (answer && isPageQuestion(message)) void answer(message).then((said) => started.postMessage(said));
    });
    worker.on("error", (error) => log.error({ err: error }, "the site failed"));
    const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    const ready = new Promise<void>((resolve, reject) => {
      worker.once("message", () => resolve());
      worker.once("error", reject);
      worker.once("exit", () => reject(new Error("The site ended while it started.")));
    });
    return { ready, ended };
  }

  async function keepRunning(first: Promise<void>): Promise<void> {
    await first;
    while (!isStopping) {
      log.error("the site has ended; it is started again");
      await delay(RESTART_MS, undefined, { ref: false });
      if (isStopping) return;
      const { ready, ended } = launch();
      await ready.then(
        () => log.info("the site is back"),
        () => undefined,
      );
      await ended;
    }
  }

  const { ready, ended } = launch();
  await ready;
  void keepRunning(ended);

  return {
    socketPath,
    readWorkedMs: () => worker.performance.eventLoopUtilization().active,
    async stop() {
      isStopping = true;
      const gone = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
      worker.postMessage(SITE_STOP);
      if (worker.threadId !== -1) await gone;
    },
  };
}
