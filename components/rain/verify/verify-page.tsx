"use client";

import { IconShieldCheck, IconShieldQuestion, IconShieldX } from "@tabler/icons-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { RainProof } from "@/domain/contracts/rain";
import { readApiError } from "../../lib/api-error";
import { lazyPart } from "../../lib/lazy-part";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { CoinAmount } from "../../ui/coin";
import { Shimmer } from "../../ui/shimmer";
import { ErrorPanel, StatePanel } from "../../ui/state-panel";
import { CheckList } from "./check-list";
import { verdictOf } from "./check-rain";
import { CopyFact } from "./copy-fact";
import { useCheckedRain } from "./use-checked-rain";
import classes from "./verify-page.module.css";
import { verifyScript } from "./verify-script";

const AmountsChart = lazyPart(() => import("./amounts-chart").then((m) => m.AmountsChart), {
  loading: () => <Shimmer className={classes.chartLoading} />,
});

/** Anybody checks a rain here, in their own browser: what was promised before it, what was drawn, and where every coin went. */
export function VerifyPage({ rainId }: { rainId: string }) {
  const t = useTranslations("rainVerify");
  const { proof, checked } = useCheckedRain(rainId);
  const { data: facts } = proof;

  if (!facts) {
    if (proof.isPending) {
      return (
        <div role="status" aria-label={t("loading")}>
          <Shimmer className={classes.loading} />
        </div>
      );
    }
    if (readApiError(proof.error).name === "NOT_FOUND") {
      return (
        <StatePanel title={t("unknown")} headingLevel={1} testId="rain-unknown">
          {t("unknownText")}
        </StatePanel>
      );
    }
    return <ErrorPanel error={proof.error} onRetry={() => void proof.refetch()} />;
  }
  const bins = checked.data?.bins ?? [];
  return (
    <div className={classes.page} data-testid="rain-verify">
      <header>
        <h1 className={classes.title}>{t("title")}</h1>
        <p className={classes.lead}>{t("lead")}</p>
      </header>
      <Verdict
        facts={facts}
        state={checked.data ? verdictOf(checked.data.checks) : checked.isError ? "broken" : "waiting"}
        retry={
          checked.isError ? <ErrorPanel error={checked.error} onRetry={() => void checked.refetch()} /> : null
        }
      />
      <Facts facts={facts} />
      <div className={classes.columns}>
        <section className={classes.card} aria-labelledby="rain-checks">
          <h2 id="rain-checks">{t("checksTitle")}</h2>
          <CheckList checks={checked.data?.checks ?? null} ended={facts.status === "ended"} />
        </section>
        <div className={classes.column}>
          {bins.length > 0 ? (
            <section className={classes.card} aria-labelledby="rain-amounts">
              <h2 id="rain-amounts">{t("amountsTitle")}</h2>
              <p className={classes.note}>{t("amountsText")}</p>
              <AmountsChart bins={bins} />
              <OwnPackets packets={checked.data?.mine ?? []} />
            </section>
          ) : null}
          <section className={classes.card} aria-labelledby="rain-how">
            <h2 id="rain-how">{t("howTitle")}</h2>
            <ol className={classes.steps}>
              {(["commit", "mix", "split", "reveal"] as const).map((step) => (
                <li key={step}>{t(`how.${step}`)}</li>
              ))}
            </ol>
          </section>
        </div>
      </div>
      <OwnTools facts={facts} />
    </div>
  );
}

type VerdictState = "passed" | "failed" | "waiting" | "broken";

function Verdict({ facts, state, retry }: { facts: RainProof; state: VerdictState; retry: ReactNode }) {
  const t = useTranslations("rainVerify");
  if (retry) return retry;
  const kind =
    facts.status !== "ended"
      ? "notOver"
      : state !== "failed" && facts.startedAt === null
        ? "neverStarted"
        : state === "broken"
          ? "waiting"
          : state;
  const Icon = kind === "passed" ? IconShieldCheck : kind === "failed" ? IconShieldX : IconShieldQuestion;
  return (
    <div className={classes.verdict} data-kind={kind} data-testid="rain-verdict" role="status">
      <Icon size={44} stroke={1.6} aria-hidden />
      <div>
        <p className={classes.verdictTitle}>{t(`verdict.${kind}.title`)}</p>
        <p className={classes.verdictText}>{t(`verdict.${kind}.text`)}</p>
      </div>
    </div>
  );
}

function Facts({ facts }: { facts: RainProof }) {
  const t = useTranslations("rainVerify");
  const formats = useLocaleFormats();
  const coins = (amount: number) => <CoinAmount>{formats.coins(amount)}</CoinAmount>;
  return (
    <dl className={classes.facts}>
      <div>
        <dt>{t("anchor")}</dt>
        <dd>
          <Link href={`/room/${facts.roomId}`}>{facts.anchor.nickname}</Link>
        </dd>
      </div>
      <div>
        <dt>{t("budget")}</dt>
        <dd>{coins(facts.budgetCoins)}</dd>
      </div>
      <div>
        <dt>{t("claimed")}</dt>
        <dd>
          {t("claimedOf", {
            claimed: facts.claimedCount,
            all: facts.packetCount,
          })}{" "}
          · {coins(facts.claimedCoins)}
        </dd>
      </div>
      <div>
        <dt>{t("refunded")}</dt>
        <dd>{coins(facts.refundedCoins)}</dd>
      </div>
      <div>
        <dt>{t("fell")}</dt>
        <dd>{facts.startedAt ? formats.fullDateTime(facts.startedAt) : "–"}</dd>
      </div>
    </dl>
  );
}

function OwnPackets({ packets }: { packets: readonly { packetIndex: number; coins: number }[] }) {
  const t = useTranslations("rainVerify");
  const formats = useLocaleFormats();
  if (packets.length === 0) return null;
  return (
    <ul className={classes.own} data-testid="rain-own-packets">
      {packets.map((packet) => (
        <li key={packet.packetIndex}>
          {t("ownPacket", { index: formats.coins(packet.packetIndex) })}{" "}
          <CoinAmount>{formats.coins(packet.coins)}</CoinAmount>
        </li>
      ))}
    </ul>
  );
}

function OwnTools({ facts }: { facts: RainProof }) {
  const t = useTranslations("rainVerify");
  const { entropy, serverSeed, packetsDigest } = facts;
  const script = verifyScript(facts);
  return (
    <section className={classes.card} aria-labelledby="rain-tools">
      <h2 id="rain-tools">{t("toolsTitle")}</h2>
      <p className={classes.note}>{t("toolsText")}</p>
      <dl className={classes.factList}>
        <CopyFact label={t("facts.commitment")} value={facts.commitment} />
        {serverSeed ? <CopyFact label={t("facts.seed")} value={serverSeed} /> : null}
        {packetsDigest ? <CopyFact label={t("facts.digest")} value={packetsDigest} /> : null}
        <CopyFact label={t("facts.rainId")} value={facts.rainId} />
        {entropy ? (
          <CopyFact
            label={t("facts.entropy")}
            value={entropy.join("\n")}
            shown={t("facts.entropyShown", { count: entropy.length, first: entropy[0] ?? "–" })}
          />
        ) : null}
        <CopyFact label={t("facts.formula")} value={FORMULA} />
        {script ? <CopyFact label={t("facts.script")} value={script} shown={t("facts.scriptShown")} /> : null}
      </dl>
    </section>
  );
}

const FORMULA =
  'HMAC-SHA256(key: seed, "downpour-rain-1\\n" + rain + "\\n" + budget + "\\n" + packets + "\\n" + events.join("\\n"))';
