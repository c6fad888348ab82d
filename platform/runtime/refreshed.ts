/**
 * A value that is read again in the background when it is older than `freshMs`: nobody waits for that. While it cannot be
 * read the last one stays, and it is asked for again after as long.
 */
export class Refreshed<T> {
  #value: { is: T } | undefined;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;

  constructor(private readonly freshMs: number) {}

  /** What is known, at once; undefined before anything was. `load` must not throw at once, and `onError` not at all. */
  peek(load: () => Promise<T>, onError: (error: unknown) => void): T | undefined {
    if (!this.#asking && performance.now() - this.#askedAtMs > this.freshMs) {
      this.#asking = load()
        .then((value) => {
          this.#value = { is: value };
        })
        .catch(onError)
        .finally(() => {
          this.#askedAtMs = performance.now();
          this.#asking = undefined;
        });
    }
    return this.#value?.is;
  }

  /** The same; who comes first waits until something is known, or could not be read. */
  async read(load: () => Promise<T>, onError: (error: unknown) => void): Promise<T | undefined> {
    const known = this.peek(load, onError);
    if (known !== undefined) return known;
    await this.#asking;
    return this.#value?.is;
  }
}
