import { EndPersonSessionsInput } from "@/domain/contracts/account";
import { ApplicationsInput } from "@/domain/contracts/application";
import {
  BanPersonInput,
  LiftRestrictionInput,
  PeopleSearchInput,
  PersonIdInput,
  RestrictAccountInput,
  UnbanPersonInput,
} from "@/domain/contracts/people";
import { ResetSecondFactorInput } from "@/domain/contracts/second-factor";
import { endPersonSessions, listPersonSessions } from "../../services/account/my-account";
import { DUAL_ACTIONS } from "../../services/approval/actions";
import { listAnchorApplications } from "../../services/people/anchor-applications";
import {
  banPerson,
  liftRestriction,
  restrictAccount,
  unbanPerson,
} from "../../services/people/restrict-account";
import { getPersonDetail, searchPeople } from "../../services/people/search-people";
import { resetSecondFactor } from "../../services/second-factor/second-factor";
import { contract } from "../contract";
import { operator, operatorAlone, operatorWithSecond } from "../init";

export const adminPeople = {
  search: operator
    .input(contract(PeopleSearchInput.prefault({})))
    .query(({ ctx, input }) => searchPeople(ctx, input)),
  get: operator.input(contract(PersonIdInput)).query(({ ctx, input }) => getPersonDetail(ctx, input)),
  applications: operator
    .input(contract(ApplicationsInput.prefault({})))
    .query(({ ctx, input }) => listAnchorApplications(ctx, input)),
  decideApplication: operatorWithSecond(DUAL_ACTIONS.decideApplication),
  setRole: operatorWithSecond(DUAL_ACTIONS.setRole),
  sessions: operator.input(contract(PersonIdInput)).query(({ ctx, input }) => listPersonSessions(ctx, input)),
  endSessions: operatorAlone
    .input(contract(EndPersonSessionsInput))
    .mutation(({ ctx, input }) => endPersonSessions(ctx, input)),
  resetSecondFactor: operatorAlone
    .input(contract(ResetSecondFactorInput))
    .mutation(({ ctx, input }) => resetSecondFactor(ctx, input)),
  ban: operatorAlone.input(contract(BanPersonInput)).mutation(({ ctx, input }) => banPerson(ctx, input)),
  unban: operatorAlone
    .input(contract(UnbanPersonInput))
    .mutation(({ ctx, input }) => unbanPerson(ctx, input)),
  restrict: operatorAlone
    .input(contract(RestrictAccountInput))
    .mutation(({ ctx, input }) => restrictAccount(ctx, input)),
  liftRestriction: operatorAlone
    .input(contract(LiftRestrictionInput))
    .mutation(({ ctx, input }) => liftRestriction(ctx, input)),
};
