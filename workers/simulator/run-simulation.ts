import { setTimeout as delay } from "node:timers/promises";
import { extendSimulatedSessions, listSimulatedPeople } from "@/db/live/queries/simulated-people";
import type { SimulatedPopulation } from "@/db/live/queries/simulated-populations";
import { addSample, reportPhase, type SimulatorRunRow } from "@/db/live/queries/simulator-runs";
import type { SimulatorReport, SimulatorSample } from "@/domain/contracts/simulator";
import { ALL_BUCKETS } from "@/domain/rules/bucket";
import { giftStreamKey } from "@/platform/redis/keys";
import { SessionCookies } from "@/server/auth/session-cookies";
import { sessionSecondsOf } from "@/server/auth/session-lifetime";
import { checkInvariants } from "@/server/services/audit/check-invariants";
import type { Resources } from "@/server/services/context";
import { Audience, type Person, toPerson } from "./audience";
import { BEHAVIOUR } from "./behaviour";
import { compareAnalytics, readAnalytics } from "./compare-analytics";
import { DeedsOf } from "./deeds";
import { GiftBook } from "./gift-book";
import { type CatalogueGift, Gifting } from "./gifting";
import { findInvalidities, nameFullResource } from "./judge-run";
import { countSockets, type OpenSockets, openSockets } from "./open-sockets";
import { planPeople } from "./population";
import { ProcessCores } from "./process-cores";
import { SeededRandom } from "./random";
import { sendByClock } from "./send-by-clock";
import { WebClient } from "./web-client";

const PEOPLE_AT_ONCE = 20_000;
const ROOMS_AT_ONCE = 4;
/** People who are in at once: so many times the gifts of a second, within these. */
const PRESENT_PER_GIFT = 10;
const PRESENT_MIN = 200;
const PRESENT_MAX = 10_000;
const COMING_AT_ONCE = 16;
const PAID_MS_MAX = 60_000;
const HOUR_MS = 3_600_000;

export interface RunParts {
  run: SimulatorRunRow;
  population: SimulatedPopulation;
  /** Of the bundle that is running: sockets have a thread of it. */
  bundleUrl: string;
  onSample?: (sample: SimulatorSample) => void;
  onPhase?: (phase: string) => void;
}

/** Carries a run out from opening rooms to its report. Everything it does it does as people do, over HTTP and WebSocket. */
export async function runSimulation(resources: Resources, parts: RunParts): Promise<SimulatorReport> {
  const { live, env } = resources;
  const { run, population } = parts;
  const random = new SeededRandom(run.seed);
  const cookies = new SessionCookies(env);
  const publicUrl = new URL(env.PUBLIC_URL);
  const client = new WebClient(publicUrl, cookies, env.AUTH_SECRET);
  const book = new GiftBook(live);
  let sockets: OpenSockets | undefined;
  let wish = { giftsPerSecond: run.giftsPerSecond, isStopAsked: false };
  let phase = "";
  const ask = async () => {
    wish = await reportPhase(live, run.runId, phase);
  };
  const enterPhase = async (next: string) => {
    phase = next;
    parts.onPhase?.(next);
    await ask();
  };
  try {
    await enterPhase("gathering");
    await extendSimulatedSessions(live, population.id, new Date(Date.now() + sessionSecondsOf(env) * 1_000));
    const people = await gather(resources, population);
    const audience = new Audience(people, BEHAVIOUR, random);
    const deeds = new DeedsOf(client, audience, BEHAVIOUR, random);
    const catalogue = await readCatalogue(client, people);
    const gifting = new Gifting({ client, audience, book, random }, BEHAVIOUR, catalogue);

    await enterPhase("opening");
    await inParallel(audience.rooms, ROOMS_AT_ONCE, (room) => deeds.openRoom(room));
    await enterPhase("coming");
    const presentMax = Math.min(
      PRESENT_MAX,
      Math.max(PRESENT_MIN, Math.round(run.giftsPerSecond * PRESENT_PER_GIFT)),
      population.viewers + population.guests,
    );
    const comers = Array.from({ length: presentMax }, (_, i) => i);
    await inParallel(comers, COMING_AT_ONCE, async (i) => {
      if (i % 500 === 0) await ask();
      if (!wish.isStopAsked) await deeds.enter();
    });
    await deeds.muteSomebody();
    const { sockets: wantedSockets } = countSockets(run.sockets);
    if (wantedSockets > 0 && audience.presentCount > 0) {
      const options = { publicUrl, bundleUrl: parts.bundleUrl, sockets: wantedSockets, audience, cookies };
      sockets = await openSockets(options, (id, atMs) => book.see(id, atMs));
      for (let waited = 0; sockets.news.open < sockets.wanted && waited < 60 && !wish.isStopAsked; waited++) {
        await delay(500);
        await ask();
      }
    }
    const from = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS);
    const to = new Date(Date.now() + run.minutes * 60_000 + HOUR_MS);
    const anchorIds = audience.rooms.map(({ anchor }) => anchor.userId);
    const analyticsBefore = await readAnalytics(resources, { anchorIds, from, to });

    await enterPhase("sending");
    const cores = new ProcessCores(resources);
    const coresOfAll = new ProcessCores(resources);
    await Promise.all([cores.read(), coresOfAll.read()]);
    const sent = await sendByClock(
      { wishes: () => wish, run, audience, deeds, gifting, random, presentMax },
      async (look) => {
        await ask();
        const sample: SimulatorSample = {
          ...look,
          giftsPerSecond: wish.giftsPerSecond,
          gifts: { ...book.counts, refused: { ...book.counts.refused } },
          answered: book.takeAnswered(),
          queued: await countQueued(resources),
          present: audience.presentCount,
          sockets: sockets?.news.open ?? 0,
          cores: await cores.read(),
        };
        await addSample(live, run.runId, look.number, sample);
        parts.onSample?.(sample);
      },
      () => book.lookUp(),
    );
    const coresUsed = await coresOfAll.read();

    await enterPhase("settling");
    const { lost, twice } = await book.lookUpAll(PAID_MS_MAX, delay);
    await enterPhase("closing");
    await inParallel(audience.rooms, ROOMS_AT_ONCE, (room) => deeds.closeRoom(room));
    const messages = sockets?.news.messages ?? 0;
    const openSocketsNow = sockets?.news.open ?? 0;
    await enterPhase("comparing");
    const analyticsAfter = await readAnalytics(resources, { anchorIds, from, to });
    const simulated = { byAnchor: book.paidByAnchor, byGender: book.paidByGender };
    await enterPhase("auditing");
    const invariants = await checkInvariants(resources);

    const figures = {
      giftsPerSecond: run.giftsPerSecond,
      seconds: sent.seconds,
      gifts: book.counts,
      ownLag: sent.ownLag,
    };
    return {
      format: 1,
      behaviourVersion: BEHAVIOUR.version,
      seed: run.seed,
      anchors: population.anchors,
      viewers: population.viewers,
      guests: population.guests,
      came: audience.cameCount,
      ...figures,
      paidCoins: book.paidCoins,
      lost,
      twice,
      seen: book.seen,
      actions: deeds.answers,
      answered: book.readAnswered(),
      seenAfter: book.seenAfter.read(),
      sockets: { wanted: sockets?.wanted ?? 0, open: openSocketsNow, messages },
      cores: coresUsed,
      machineCores: cores.machineCores,
      fullResource: nameFullResource(coresUsed, cores.machineCores),
      invalid: findInvalidities(figures, sent.isRateFixed),
      brokenInvariants: invariants.filter(({ breaches }) => breaches.length > 0).map(({ name }) => name),
      analyticsDifferences: compareAnalytics(analyticsBefore, analyticsAfter, simulated),
    };
  } finally {
    await sockets?.close();
    client.close();
  }
}

async function gather({ live }: Resources, population: SimulatedPopulation): Promise<Person[]> {
  const planned = planPeople(BEHAVIOUR, population.seed, population);
  const people: Person[] = [];
  for (let from = 0; ; from += PEOPLE_AT_ONCE) {
    const page = await listSimulatedPeople(live, { population: population.id, from, limit: PEOPLE_AT_ONCE });
    for (const row of page) {
      const plan = planned.next().value;
      if (!plan || plan.ordinal !== row.ordinal)
        throw new Error("The crowd is not the one that was planned.");
      people.push(toPerson(row, plan));
    }
    if (page.length < PEOPLE_AT_ONCE) return people;
  }
}

async function readCatalogue(client: WebClient, [anybody]: readonly Person[]): Promise<CatalogueGift[]> {
  if (!anybody) throw new Error("There is no crowd.");
  const { name, data } = await client.query(anybody, "gift.list");
  if (name !== "ok") throw new Error(`gift.list answered ${name}: is the product running at PUBLIC_URL?`);
  return data as CatalogueGift[];
}

async function inParallel<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const waiting = items[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of { [Symbol.iterator]: () => waiting }) await work(item);
    }),
  );
}

async function countQueued({ redis }: Resources): Promise<number> {
  const pipeline = redis.pipeline();
  for (const bucket of ALL_BUCKETS) pipeline.xlen(giftStreamKey(bucket));
  return ((await pipeline.exec()) ?? []).reduce((sum, [, length]) => sum + Number(length ?? 0), 0);
}
