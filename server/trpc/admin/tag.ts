import { TagListInput, TagMergeInput, TagSearchInput, TagUpdateInput } from "@/domain/contracts/tag";
import { listAllTags, mergeTag, updateTag } from "../../services/tag/manage-tags";
import { findTags } from "../../services/tag/search-tags";
import { contract } from "../contract";
import { anyone, operator, operatorAlone, router } from "../init";

export const tagRouter = router({
  search: anyone.input(contract(TagSearchInput.prefault({}))).query(({ ctx, input }) => findTags(ctx, input)),
  list: operator
    .input(contract(TagListInput.prefault({})))
    .query(({ ctx, input }) => listAllTags(ctx, input)),
  update: operatorAlone.input(contract(TagUpdateInput)).mutation(({ ctx, input }) => updateTag(ctx, input)),
  merge: operatorAlone.input(contract(TagMergeInput)).mutation(({ ctx, input }) => mergeTag(ctx, input)),
});
