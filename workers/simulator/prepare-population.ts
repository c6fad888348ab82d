import { randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { insertSimulatedPeople, type NewSimulatedPerson } from "@/db/live/queries/simulated-people";
import { movePopulation, type SimulatedPopulation } from "@/db/live/queries/simulated-populations";
import { resolveTags, type TagRow } from "@/db/live/queries/tags";
import { distinctTags } from "@/domain/rules/tags";
import { newTraceId } from "@/platform/observability/trace";
import { sharedNow } from "@/platform/runtime/shared-clock";
import { sessionSecondsOf } from "@/server/auth/session-lifetime";
import type { Resources } from "@/server/services/context";
import { BEHAVIOUR } from "./behaviour";
import { type PlannedPerson, planPeople, simulatedId, sizeOf } from "./population";

const PEOPLE_AT_ONCE = 10_000;
const PARTS_AT_ONCE = 2;
const TOKEN_BYTES = 24;
const ROOM_WORDS = ["Night show 夜场", "Tea time 喝茶", "Live session 现场", "Come and see 来看看"];

/**
 * Makes the people of an ordered population, in parts that are each whole: whoever is cut off leaves people who are marked and
 * can be removed, and books that hold. `onProgress` may throw to end it.
 */
export async function preparePopulation(
  resources: Pick<Resources, "live" | "env">,
  population: SimulatedPopulation,
  {
    onProgress = () => {},
    peopleAtOnce = PEOPLE_AT_ONCE,
  }: { onProgress?: (people: number, all: number) => void; peopleAtOnce?: number } = {},
): Promise<void> {
  const { live } = resources;
  if (!(await movePopulation(live, population.id, { from: ["ordered"], to: "preparing" }))) return;
  const all = sizeOf(population);
  const at = sharedNow();
  const made = {
    population: population.id,
    at,
    sessionsEndAt: new Date(at.getTime() + sessionSecondsOf(resources.env) * 1_000),
    traceId: newTraceId(),
  };
  const tags = await nameTags(live, population.id);
  let people = 0;
  let part: NewSimulatedPerson[] = [];
  let fault: Error | undefined;
  const underWay = new Set<Promise<void>>();
  const insert = async (some: readonly NewSimulatedPerson[]) => {
    await insertSimulatedPeople(live, some, made);
    people += some.length;
    onProgress(people, all);
  };
  /** The next part is planned while the database takes the last ones. */
  const begin = async () => {
    if (underWay.size === PARTS_AT_ONCE) await Promise.race(underWay);
    if (fault) return;
    const done = insert(part)
      .catch((error: unknown) => {
        fault ??= error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => underWay.delete(done));
    underWay.add(done);
    part = [];
  };
  for (const person of planPeople(BEHAVIOUR, population.seed, population)) {
    part.push(toRow(person, population.id, tags));
    if (part.length === peopleAtOnce) await begin();
    if (fault) break;
  }
  if (part.length > 0) await begin();
  await Promise.all(underWay);
  if (fault) throw fault;
  await movePopulation(live, population.id, { from: ["preparing"], to: "ready" });
}

/** The tags of each community, as rows. New ones are the first simulated person's. */
async function nameTags(live: Resources["live"], population: number): Promise<TagRow[][]> {
  const named: TagRow[][] = [];
  for (const { tags } of BEHAVIOUR.communities)
    named.push(await resolveTags(live, distinctTags(tags), simulatedId("person", population, 0)));
  return named;
}

function toRow(
  person: PlannedPerson,
  population: number,
  tags: readonly (readonly TagRow[])[],
): NewSimulatedPerson {
  const { ordinal, community, kind } = person;
  const theirs = community === null ? undefined : BEHAVIOUR.communities[community];
  return {
    ...person,
    userId: simulatedId("person", population, ordinal),
    bizId: uuidv7(),
    sessionId: uuidv7(),
    token: randomBytes(TOKEN_BYTES).toString("base64url"),
    room:
      kind === "anchor" && theirs
        ? {
            roomId: simulatedId("room", population, ordinal),
            title: `${ROOM_WORDS[ordinal % ROOM_WORDS.length]} ${ordinal}`,
            category: theirs.category,
            tags: tags[community ?? 0] ?? [],
          }
        : null,
  };
}
