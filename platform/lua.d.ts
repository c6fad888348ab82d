/** Lua scripts are imported as text; esbuild and vitest are both told to load them so. */
declare module "*.lua" {
  const source: string;
  export default source;
}
