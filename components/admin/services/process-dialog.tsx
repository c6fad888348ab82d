"use client";

import { useTranslations } from "next-intl";
import type { DependencyState, ServiceProcess } from "@/domain/contracts/services";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { Modal } from "../../ui/modal";
import admin from "../admin.module.css";
import facts from "../facts.module.css";
import { ProcessStateText } from "./process-state-text";
import classes from "./services.module.css";
import { useTrafficText } from "./use-traffic-text";
import { useUnits } from "./use-units";

/** Everything that one process said of itself. */
export function ProcessDialog({ process, onClose }: { process: ServiceProcess; onClose: () => void }) {
  const t = useTranslations("adminServices");
  const formats = useLocaleFormats();
  const units = useUnits();
  const traffic = useTrafficText();
  const { pools, caches, breakers } = process;
  const [hits, misses] = [sum(caches.map((one) => one.hits)), sum(caches.map((one) => one.misses))];
  const figures: [label: string, value: string][] = [
    [t("node"), process.node],
    [t("version"), process.version],
    [t("commit"), process.commit ?? t("unknown")],
    [t("address"), process.address ?? t("unknown")],
    [t("pid"), String(process.pid)],
    [t("started"), formats.fullDateTime(process.startedAt)],
    [t("lastBeat"), formats.fullDateTime(process.lastBeatAt)],
    [t("eventLoop"), units.milliseconds(process.eventLoopP99Ms)],
    ...(process.lag ? ([[t("lag"), units.seconds(process.lag.seconds)]] as [string, string][]) : []),
    [t("errorsPerMinute"), units.count(process.errorsPerMinute)],
    ...pools.map(({ name, busy, max }): [string, string] => [t("poolOf", { name }), `${busy}/${max}`]),
    ...(hits + misses > 0
      ? ([[t("hitRate"), units.percent(hits / (hits + misses))]] as [string, string][])
      : []),
  ];
  return (
    <Modal
      opened
      onClose={onClose}
      title={process.name}
      centered
      size="lg"
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <div className={`${classes.dialog} numeric`} data-testid="process-dialog">
        <ProcessStateText state={process.state} />
        <dl className={facts.facts}>
          {figures.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ))}
        </dl>
        <div className={classes.part}>
          <h3 className={classes.partTitle}>{t("dependsOn")}</h3>
          <ul className={classes.links}>
            {process.traffic.map(({ name, perSecond, unit }) => (
              <li key={name} className={classes.link}>
                <bdi>{name}</bdi>
                <span className={classes.dim}>{traffic(perSecond, unit)}</span>
              </li>
            ))}
          </ul>
          <Readiness dependencies={process.health.dependencies} />
        </div>
        {breakers.length > 0 ? (
          <div className={classes.part}>
            <h3 className={classes.partTitle}>{t("breakers")}</h3>
            <ul className={classes.links}>
              {breakers.map(({ service, state }) => (
                <li key={service} className={classes.link} data-troubled={state !== "closed"}>
                  <bdi>{service}</bdi>
                  <span className={state === "closed" ? classes.dim : admin.bad}>
                    {t(`breaker.${state}`)}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        ) : null}
      </div>
    </Modal>
  );
}

/** What `/readyz` of the process said, with the reasons of what is not as it should be. */
function Readiness({ dependencies }: { dependencies: Readonly<Record<string, DependencyState>> }) {
  const t = useTranslations("adminServices");
  return (
    <ul className={classes.troubles}>
      {Object.entries(dependencies).map(([name, { ok, degraded, reason }]) => (
        <li key={name}>
          <bdi>{name}</bdi>:{" "}
          <span className={ok && !degraded ? admin.good : admin.bad}>
            {t(ok ? (degraded ? "degraded" : "ok") : "notOk")}
          </span>
          {reason ? <span className={classes.dim}> {reason}</span> : null}
        </li>
      ))}
    </ul>
  );
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
