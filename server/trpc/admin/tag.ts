import { TagListInput, TagMergeInput, TagUpdateInput } from "@/domain/contracts/tag";
import { listAllTags, mergeTag, updateTag } from "../../services/tag/manage-tags";
import { contract } from "../contract";
import { operator, operatorAlone } from "../init";

export const adminTag = {
  list: operator
    .input(contract(TagListInput.prefault({})))
    .query(({ ctx, input }) => listAllTags(ctx, input)),
  update: operatorAlone.input(contract(TagUpdateInput)).mutation(({ ctx, input }) => updateTag(ctx, input)),
  merge: operatorAlone.input(contract(TagMergeInput)).mutation(({ ctx, input }) => mergeTag(ctx, input)),
};
