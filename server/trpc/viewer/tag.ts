import { TagSearchInput } from "@/domain/contracts/tag";
import { findTags } from "../../services/tag/search-tags";
import { contract } from "../contract";
import { anyone } from "../init";

export const viewerTag = {
  search: anyone.input(contract(TagSearchInput.prefault({}))).query(({ ctx, input }) => findTags(ctx, input)),
};
