"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { NamedPeople } from "@/domain/contracts/gift";
import classes from "./admin.module.css";

interface NamedAsProps {
  people: NamedPeople | null | undefined;
  label: string;
  testId: string;
}

/** Whom the words of a search were taken for. */
export function NamedAs({ people, label, testId }: NamedAsProps) {
  const t = useTranslations("adminOrders");
  if (!people) return null;
  return (
    <p className={classes.people} data-testid={testId}>
      {label}:
      {people.people.map(({ userId, nickname }) => (
        <Link key={userId} className={classes.link} href={`/admin/users?userId=${userId}`}>
          {nickname ?? userId}
        </Link>
      ))}
      {people.people.length === 0 ? t("nobody") : null}
      {people.isMore ? t("morePeople") : null}
    </p>
  );
}
