import { setTimeout as delay } from "node:timers/promises";
import type { SimulatorRunRow } from "@/db/live/queries/simulator-runs";
import type { SimulatorReport, SimulatorSample } from "@/domain/contracts/simulator";
import { Arrivals, type Intent } from "./arrivals";
import type { Audience } from "./audience";
import { BEHAVIOUR } from "./behaviour";
import type { DeedsOf } from "./deeds";
import type { Gifting } from "./gifting";
import { Latencies } from "./latencies";
import type { SeededRandom } from "./random";

const SAMPLE_MS = 2_000;
const LOOK_UP_MS = 1_000;
const ANSWERS_MS_MAX = 60_000;
/** Wishes of whoever steers are followed this soon. */
const PAUSE_MS_MAX = 20;

interface SendParts {
  wishes: () => { giftsPerSecond: number; isStopAsked: boolean };
  run: SimulatorRunRow;
  audience: Audience;
  deeds: DeedsOf;
  gifting: Gifting;
  random: SeededRandom;
  presentMax: number;
}
type Look = Pick<SimulatorSample, "atSeconds" | "ownLag"> & { number: number };

/** Does by the clock what people mean to do, until the time is over or somebody stops it. */
export async function sendByClock(
  { wishes, run, audience, deeds, gifting, random, presentMax }: SendParts,
  onLook: (look: Look) => Promise<void>,
  lookUp: () => Promise<void>,
): Promise<{ seconds: number; ownLag: SimulatorReport["ownLag"]; isRateFixed: boolean }> {
  const arrivals = new Arrivals(BEHAVIOUR, random, run.giftsPerSecond);
  const lags = new Latencies();
  const lagsSinceLook = new Latencies();
  const underWay = new Set<Promise<void>>();
  let fault: Error | undefined;
  let [isEnding, isRateFixed, number] = [false, true, 0];
  let rate = run.giftsPerSecond;
  const startMs = performance.now();
  const nowMs = () => performance.now() - startMs;
  const follow = (work: Promise<void>) => {
    const done = work
      .catch((error: unknown) => {
        fault ??= error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => underWay.delete(done));
    underWay.add(done);
  };
  const act = (intent: Intent): Promise<void> => {
    if (intent.action === "gift") return gifting.send(intent, startMs);
    if (intent.action === "enter") {
      audience.leaveDownTo(presentMax - 1);
      return deeds.enter();
    }
    if (intent.action === "chat") return deeds.chat();
    if (intent.action === "follow") return deeds.follow();
    return deeds.tryRefused(gifting.dearest.giftId);
  };
  const every = async (ms: number, work: () => Promise<void>) => {
    while (!isEnding) {
      await delay(ms);
      await work();
    }
  };
  const look = async () => {
    const ownLag = lagsSinceLook.read();
    lags.add(lagsSinceLook);
    lagsSinceLook.reset();
    await onLook({ atSeconds: Math.round(nowMs()) / 1_000, ownLag, number: number++ });
  };
  follow(every(SAMPLE_MS, look));
  follow(every(LOOK_UP_MS, lookUp));
  let nextRainMs = (BEHAVIOUR.rain.everySeconds * 1_000) / 4;
  const endMs = run.minutes * 60_000;
  while (nowMs() < endMs && !wishes().isStopAsked && fault === undefined) {
    if (wishes().giftsPerSecond !== rate) {
      rate = wishes().giftsPerSecond;
      isRateFixed = false;
      arrivals.setRate(rate, nowMs());
    }
    for (const intent of arrivals.takeUntil(Math.min(endMs, nowMs()))) {
      lagsSinceLook.record(nowMs() - intent.atMs);
      follow(act(intent));
    }
    if (nowMs() > nextRainMs) {
      nextRainMs += BEHAVIOUR.rain.everySeconds * 1_000;
      follow(deeds.rain(() => isEnding));
    }
    await delay(Math.max(0, Math.min(PAUSE_MS_MAX, arrivals.nextAtMs - nowMs())));
  }
  const seconds = Math.round(Math.min(endMs, nowMs())) / 1_000;
  isEnding = true;
  await Promise.race([Promise.all(underWay), delay(ANSWERS_MS_MAX)]);
  if (fault !== undefined) throw fault;
  await look();
  return { seconds, ownLag: lags.read(), isRateFixed };
}
