/** Where a key moves the choice in a grid of `length` items in rows of `columns`; null for keys that do not move it. */
export function nextIndex(key: string, index: number, length: number, columns: number): number | null {
  const last = length - 1;
  switch (key) {
    case "ArrowRight":
      return Math.min(last, index + 1);
    case "ArrowLeft":
      return Math.max(0, index - 1);
    case "ArrowDown":
      return index + columns <= last ? index + columns : index;
    case "ArrowUp":
      return index - columns >= 0 ? index - columns : index;
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
}
