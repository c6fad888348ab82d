import { PkCandidatesInput, PkIdInput, PkInviteInput } from "@/domain/contracts/pk";
import { acceptPk, declinePk, leavePk } from "../../services/pk/answer-pk";
import { getMyPk, listCandidates } from "../../services/pk/get-pk";
import { inviteToPk } from "../../services/pk/invite-to-pk";
import { contract } from "../contract";
import { anchor } from "../init";

export const studioPk = {
  invite: anchor.input(contract(PkInviteInput)).mutation(({ ctx, input }) => inviteToPk(ctx, input)),
  accept: anchor.input(contract(PkIdInput)).mutation(({ ctx, input }) => acceptPk(ctx, input)),
  decline: anchor.input(contract(PkIdInput)).mutation(({ ctx, input }) => declinePk(ctx, input)),
  leave: anchor.input(contract(PkIdInput)).mutation(({ ctx, input }) => leavePk(ctx, input)),
  mine: anchor.query(({ ctx }) => getMyPk(ctx)),
  candidates: anchor.input(contract(PkCandidatesInput)).query(({ ctx, input }) => listCandidates(ctx, input)),
};
