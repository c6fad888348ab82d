export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** A page's search parameters as the browser's `URLSearchParams` has them: of several the first. */
export async function readSearchParams(
  searchParams: SearchParams,
): Promise<{ get(name: string): string | null }> {
  const params = await searchParams;
  return {
    get(name) {
      const value = params[name];
      return (Array.isArray(value) ? value[0] : value) ?? null;
    },
  };
}
