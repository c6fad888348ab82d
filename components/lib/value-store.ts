import { useSyncExternalStore } from "react";

/** A value that whoever shows it listens to by itself. */
export interface ReadableStore<T> {
  get: () => T;
  subscribe: (listener: () => void) => () => void;
}

export interface ValueStore<T> extends ReadableStore<T> {
  set: (next: T) => void;
  update: (change: (value: T) => T) => void;
}

/** A value outside React's state: when it changes, only the leaves that show it are rendered, not whoever holds it. */
export function createValueStore<T>(initial: T): ValueStore<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  function set(next: T): void {
    if (Object.is(next, value)) return;
    value = next;
    for (const listener of listeners) listener();
  }
  return {
    get: () => value,
    set,
    update: (change) => set(change(value)),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

export function useValue<T>(store: ReadableStore<T>): T {
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}

/** A part of a value that is the same object until it changes: whoever shows it is not rendered for the rest. */
export function useValuePart<T, Key extends keyof T>(store: ReadableStore<T>, key: Key): T[Key] {
  const read = () => store.get()[key];
  return useSyncExternalStore(store.subscribe, read, read);
}
