import { isWithinCharacters, tidyLine } from "@/domain/rules/readable-text";
import { topicOf } from "@/domain/rules/topics";

/** Which rooms the lobby shows, as its address says it: `/?q=tea&tag=piano&category=music&sort=newest`. */
export interface LobbyFilter {
  search: string;
  tag: string | null;
  category: string | null;
  sort: (typeof LOBBY_SORTS)[number];
}

/** The first is what nobody has to ask for. */
export const LOBBY_SORTS = ["forYou", "viewers", "newest"] as const;

/** As `RoomListInput` has them; the contracts themselves would weigh on the page. */
export const SEARCH_LENGTH_MAX = 60;
const TAG_LENGTH_MAX = 30;
const CATEGORY_ID = /^[a-z][a-z0-9-]{0,31}$/;
const PAGE_ROOMS = 24;

type Params = { get(name: string): string | null };

/** Anybody may write an address: what no room can be looked for by is left out. */
export function readLobbyFilter(params: Params): LobbyFilter {
  const readLine = (name: string, lengthMax: number): string => {
    const text = tidyLine((params.get(name) ?? "").slice(0, 16 * lengthMax));
    return isWithinCharacters(text, lengthMax) ? text : "";
  };
  const tag = readLine("tag", TAG_LENGTH_MAX);
  return {
    search: readLine("q", SEARCH_LENGTH_MAX),
    tag: tag === "" ? null : topicOf(tag),
    category: CATEGORY_ID.exec(params.get("category") ?? "")?.[0] ?? null,
    sort: LOBBY_SORTS.find((sort) => sort === params.get("sort")) ?? "forYou",
  };
}

/** The lobby's address with these rooms; what is usual is not in it. */
export function lobbyAddress({ search, tag, category, sort }: LobbyFilter): string {
  const params = new URLSearchParams();
  if (search) params.set("q", search);
  if (tag) params.set("tag", tag);
  if (category) params.set("category", category);
  if (sort !== "forYou") params.set("sort", sort);
  const query = params.toString();
  return query ? `/?${query}` : "/";
}

/** What `room.list` is asked for. */
export const lobbyInput = ({ search, tag, category, sort }: LobbyFilter) => ({
  limit: PAGE_ROOMS,
  sort,
  search: search || undefined,
  tag: tag ?? undefined,
  category: category ?? undefined,
});
