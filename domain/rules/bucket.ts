/** Users, hot Redis keys and the gift queue are partitioned into this many buckets. Never changed on a running system. */
export const BUCKET_COUNT = 64;

export const ALL_BUCKETS: readonly number[] = Array.from({ length: BUCKET_COUNT }, (_, bucket) => bucket);

let lastUserId: string | undefined;
let lastBucket = 0;

/**
 * The bucket of a user: FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) over the lower-case id, modulo 64.
 * Ids are ASCII; the same text gives the same bucket on every machine.
 */
export function bucketOf(userId: string): number {
  // Most calls ask several times in a row for the same user.
  if (userId === lastUserId) return lastBucket;
  let hash = 0x811c9dc5;
  for (let i = 0; i < userId.length; i++) {
    hash ^= userId.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  lastUserId = userId;
  lastBucket = (hash >>> 0) % BUCKET_COUNT;
  return lastBucket;
}
