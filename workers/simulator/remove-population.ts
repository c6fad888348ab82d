import { v7 as uuidv7 } from "uuid";
import { listSimulatedPeople, removeSimulatedPeople } from "@/db/live/queries/simulated-people";
import {
  countPopulation,
  movePopulation,
  type SimulatedPopulation,
} from "@/db/live/queries/simulated-populations";
import { BizError } from "@/domain/contracts/errors";
import { newTraceId } from "@/platform/observability/trace";
import { sharedNow } from "@/platform/runtime/shared-clock";
import { LOCAL_ADDRESS } from "@/platform/security/client-address";
import type { Resources } from "@/server/services/context";
import { closeRoom } from "@/server/services/room/close-room";

const PEOPLE_AT_ONCE = 10_000;

/**
 * Removes a population, whatever state it is in, and may be repeated: rooms are closed, people go, their coins return to where
 * they came from. The books keep what happened in them, and the anchors whom they name.
 */
export async function removePopulation(
  resources: Resources,
  population: SimulatedPopulation,
  onProgress: (people: number, all: number) => void = () => {},
): Promise<void> {
  const { live } = resources;
  const from = ["ordered", "preparing", "ready", "broken", "removal_ordered", "removing"] as const;
  if (!(await movePopulation(live, population.id, { from, to: "removing" }))) return;
  await closeRooms(resources, population);
  const all = population.people;
  let left = all;
  for (;;) {
    const removed = await removeSimulatedPeople(live, {
      population: population.id,
      limit: PEOPLE_AT_ONCE,
      traceId: newTraceId(),
      at: sharedNow(),
      newBizId: uuidv7,
    });
    if (removed === 0) break;
    left = Math.max(0, left - removed);
    await countPopulation(live, population.id, left);
    onProgress(all - left, all);
  }
  await countPopulation(live, population.id, 0);
  await movePopulation(live, population.id, { from: ["removing"], to: "removed" });
}

async function closeRooms(resources: Resources, { id, anchors }: SimulatedPopulation): Promise<void> {
  const people = await listSimulatedPeople(resources.live, { population: id, from: 0, limit: anchors });
  for (const { roomId, userId } of people) {
    if (!roomId) continue;
    const session = { sessionId: userId, userId, nickname: "", avatarUrl: null, role: "anchor" as const };
    try {
      const ctx = { ...resources, session, traceId: newTraceId(), address: LOCAL_ADDRESS };
      await closeRoom(ctx, { roomId });
    } catch (error) {
      // They closed or opened it a moment ago; nobody comes as them any more, and it may be closed once more later.
      if (!(error instanceof BizError && error.bizName === "RATE_LIMITED")) throw error;
    }
  }
}
