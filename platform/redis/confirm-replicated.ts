import { BizError } from "@/domain/contracts/errors";
import type { RedisClient } from "./client";
import { replicatedMarkKey } from "./keys";

/** A replica that has not said within this that it has everything is taken to be away. */
const WAIT_MS = 500;

const turns = new WeakMap<RedisClient, Promise<void>>();

/**
 * Resolves when so many replicas have everything that Redis has answered on this connection, and what it answers from: only then
 * may it be promised. One WAIT serves all that ask in one turn of the event loop. Where replicas are behind it throws
 * UNAVAILABLE: it is not known whether it will stay, and the same id is to be sent again.
 */
export function confirmReplicated(redis: RedisClient, replicas: number): Promise<void> {
  let turn = turns.get(redis);
  if (!turn) {
    const { stream } = redis;
    turn = new Promise<void>((resolve, reject) => {
      setImmediate(() => {
        turns.delete(redis);
        ask(redis, stream, replicas).then(resolve, reject);
      });
    });
    turns.set(redis, turn);
  }
  return turn;
}

async function ask(redis: RedisClient, stream: RedisClient["stream"], replicas: number): Promise<void> {
  // Written anew, a connection is asked about another Redis than the one that answered.
  if (redis.stream !== stream) throw new BizError("UNAVAILABLE");
  // WAIT counts from the connection's own last write; what was read may have been written by another one.
  const [, reached] = await Promise.all([redis.set(replicatedMarkKey, "1"), redis.wait(replicas, WAIT_MS)]);
  if (reached < replicas) throw new BizError("UNAVAILABLE");
}
