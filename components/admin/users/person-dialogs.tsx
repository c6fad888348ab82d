"use client";

import { NativeSelect } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type {
  AccountRestriction,
  AccountRestrictionKind,
  GivenRole,
  PersonItem,
} from "@/domain/contracts/people";
import { choicesOf } from "../../lib/choices";
import { useTRPC } from "../../lib/trpc";
import { ReasonDialog } from "../reason-dialog";
import { readUntil, UntilField } from "../until-field";

const STOPS = choicesOf<AccountRestrictionKind>({
  signIn: true,
  spending: true,
  room: true,
  payouts: true,
  rains: true,
});
const GIVEN_ROLES = choicesOf<GivenRole>({ viewer: true, anchor: true, operator: true });

function useChanged(onClose: () => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return {
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: trpc.people.pathKey() });
      onClose();
    },
  };
}

/** Stops an account or a part of it; stopping it whole is a ban. */
export function RestrictDialog({ person, onClose }: { person: PersonItem; onClose: () => void }) {
  const t = useTranslations("adminUsers");
  const trpc = useTRPC();
  const [kind, setKind] = useState<AccountRestrictionKind>("signIn");
  const [until, setUntil] = useState("");
  const changed = useChanged(onClose);
  const ban = useMutation(trpc.people.ban.mutationOptions(changed));
  const restrict = useMutation(trpc.people.restrict.mutationOptions(changed));
  const { userId, nickname } = person;
  return (
    <ReasonDialog
      title={t("restrictTitle", { name: nickname })}
      confirm={t("restrict")}
      danger
      isPending={ban.isPending || restrict.isPending}
      error={ban.error ?? restrict.error}
      onConfirm={(reason) => {
        const facts = { userId, reason, until: readUntil(until) };
        if (kind === "signIn") ban.mutate(facts);
        else restrict.mutate({ ...facts, kind });
      }}
      onClose={onClose}
    >
      <NativeSelect
        label={t("what")}
        description={t(`kindTexts.${kind}`)}
        value={kind}
        data={STOPS.all.map((value) => ({ value, label: t(`kinds.${value}`) }))}
        onChange={(event) => setKind(STOPS.find(event.currentTarget.value) ?? kind)}
        data-testid="restriction-kind"
      />
      <UntilField value={until} onChange={setUntil} />
      <p style={{ margin: 0 }}>{t("reasonIsRead")}</p>
    </ReasonDialog>
  );
}

export function LiftDialog({
  restriction,
  onClose,
}: {
  restriction: AccountRestriction;
  onClose: () => void;
}) {
  const t = useTranslations("adminUsers");
  const trpc = useTRPC();
  const lift = useMutation(trpc.people.liftRestriction.mutationOptions(useChanged(onClose)));
  const { restrictionId, kind, reason } = restriction;
  return (
    <ReasonDialog
      title={t("liftTitle")}
      confirm={t("lift")}
      isPending={lift.isPending}
      error={lift.error}
      onConfirm={(why) => lift.mutate({ restrictionId, reason: why })}
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>
        {t(`kinds.${kind}`)}: <bdi>{reason}</bdi>
      </p>
      <p style={{ margin: 0 }}>{t("liftText")}</p>
    </ReasonDialog>
  );
}

export function RoleDialog({ person, onClose }: { person: PersonItem; onClose: () => void }) {
  const t = useTranslations("adminUsers");
  const trpc = useTRPC();
  const [role, setRole] = useState<GivenRole>(GIVEN_ROLES.find(person.role) ?? "viewer");
  const change = useMutation(trpc.people.setRole.mutationOptions(useChanged(onClose)));
  return (
    <ReasonDialog
      title={t("roleTitle", { name: person.nickname })}
      confirm={t("setRole")}
      danger={person.role !== "viewer"}
      isPending={change.isPending}
      error={change.error}
      onConfirm={(reason) => change.mutate({ userId: person.userId, role, reason })}
      onClose={onClose}
    >
      <NativeSelect
        label={t("role")}
        description={t("roleText")}
        value={role}
        data={GIVEN_ROLES.all.map((value) => ({ value, label: t(`roles.${value}`) }))}
        onChange={(event) => setRole(GIVEN_ROLES.find(event.currentTarget.value) ?? role)}
        data-testid="role"
      />
    </ReasonDialog>
  );
}
