import { FollowGetInput, FollowListInput, FollowSetInput } from "@/domain/contracts/follow";
import { getFollow } from "../../services/follow/get-follow";
import { listFollowed } from "../../services/follow/list-followed";
import { setFollow } from "../../services/follow/set-follow";
import { contract } from "../contract";
import { anyone, member } from "../init";

export const viewerFollow = {
  get: anyone.input(contract(FollowGetInput)).query(({ ctx, input }) => getFollow(ctx, input)),
  set: member.input(contract(FollowSetInput)).mutation(({ ctx, input }) => setFollow(ctx, input)),
  list: member
    .input(contract(FollowListInput.prefault({})))
    .query(({ ctx, input }) => listFollowed(ctx, input)),
};
