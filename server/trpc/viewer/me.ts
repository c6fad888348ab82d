import { ConfirmPhoneChangeInput, EndSessionInput, StartPhoneChangeInput } from "@/domain/contracts/account";
import { ApplyAnchorInput } from "@/domain/contracts/application";
import { UpdateProfileInput } from "@/domain/contracts/person-facts";
import { RemovePictureInput } from "@/domain/contracts/picture";
import { confirmPhoneChange } from "../../services/account/confirm-phone-change";
import {
  endMyOtherSessions,
  endMySession,
  getAccount,
  listMySessions,
} from "../../services/account/my-account";
import { startPhoneChange } from "../../services/account/start-phone-change";
import { applyAnchor, getMyApplication } from "../../services/people/anchor-applications";
import { removePicture } from "../../services/picture/set-picture";
import { getMyProfile, updateMyProfile } from "../../services/profile/my-profile";
import { contract } from "../contract";
import { viewer } from "../init";

export const viewerMe = {
  account: viewer.query(({ ctx }) => getAccount(ctx)),
  profile: viewer.query(({ ctx }) => getMyProfile(ctx)),
  updateProfile: viewer
    .input(contract(UpdateProfileInput))
    .mutation(({ ctx, input }) => updateMyProfile(ctx, input)),
  application: viewer.query(({ ctx }) => getMyApplication(ctx)),
  applyAnchor: viewer.input(contract(ApplyAnchorInput)).mutation(({ ctx, input }) => applyAnchor(ctx, input)),
  removePicture: viewer
    .input(contract(RemovePictureInput))
    .mutation(({ ctx, input }) => removePicture(ctx, input)),
  sessions: viewer.query(({ ctx }) => listMySessions(ctx)),
  endSession: viewer.input(contract(EndSessionInput)).mutation(({ ctx, input }) => endMySession(ctx, input)),
  endOtherSessions: viewer.mutation(({ ctx }) => endMyOtherSessions(ctx)),
  startPhoneChange: viewer
    .input(contract(StartPhoneChangeInput))
    .mutation(({ ctx, input }) => startPhoneChange(ctx, input)),
  confirmPhoneChange: viewer
    .input(contract(ConfirmPhoneChangeInput))
    .mutation(({ ctx, input }) => confirmPhoneChange(ctx, input)),
};
