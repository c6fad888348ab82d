type View = Readonly<Record<string, string>>;

/**
 * Puts into the address what differs between two views; empty is not in it. All else there stays: what a page was drawn with is
 * older where somebody chooses quickly, and other parts of the page keep their views in the same address.
 */
export function changeAddress<V extends View>(drawn: V, next: V): void {
  const query = changedQuery(window.location.search, drawn, next);
  window.history.replaceState(null, "", `${window.location.pathname}${query && `?${query}`}`);
}

export function changedQuery<V extends View>(search: string, drawn: V, next: V): string {
  const query = new URLSearchParams(search);
  for (const [name, value] of Object.entries(next)) {
    if (value === drawn[name]) continue;
    if (value === "") query.delete(name);
    else query.set(name, value);
  }
  return query.toString();
}
