import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import classes from "./part-late.module.css";

/** What comes as fast as it should is not announced. */
const SAID_AFTER_MS = 1_200;

/** Stands for a part of the room that has not come or has broken. It is tried again by itself. */
export function PartLate({ className = classes.late }: { className?: string }) {
  const t = useTranslations("room");
  const [isSaid, setSaid] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSaid(true), SAID_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return isSaid ? (
    <p className={className} role="status" data-testid="part-late">
      {t("partLate")}
    </p>
  ) : null;
}

/** The same where a drawer would come up. */
export function DrawerLate() {
  return <PartLate className={`${classes.late} ${classes.drawer}`} />;
}
