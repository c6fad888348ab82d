/**
 * Walks two sequences that are in the same order and pairs what belongs together; what only one of them has comes with
 * nothing beside it. Holds one element of each.
 */
export async function* pairUp<T>(
  left: AsyncIterable<T>,
  right: AsyncIterable<T>,
  order: (one: T, other: T) => number,
): AsyncIterable<[T | undefined, T | undefined]> {
  const ones = left[Symbol.asyncIterator]();
  const others = right[Symbol.asyncIterator]();
  let one = await ones.next();
  let other = await others.next();
  while (!one.done || !other.done) {
    let place: number;
    if (one.done) place = 1;
    else if (other.done) place = -1;
    else place = order(one.value, other.value);
    yield [
      place <= 0 ? (one.value as T | undefined) : undefined,
      place >= 0 ? (other.value as T | undefined) : undefined,
    ];
    if (place <= 0) one = await ones.next();
    if (place >= 0) other = await others.next();
  }
}
