"use client";

import { SegmentedControl } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Proposal } from "@/domain/contracts/approval";
import { useSession } from "../../lib/session";
import { useTRPC } from "../../lib/trpc";
import { PagedList } from "../../ui/paged-list";
import { StatePanel } from "../../ui/state-panel";
import admin from "../admin.module.css";
import { ItemCards } from "../item-card";
import { FourEyesCard } from "./four-eyes-card";
import { ProposalCard, type ProposalStep } from "./proposal-card";
import { StepDialog } from "./step-dialog";

const REFRESH_MS = 5_000;

/** What waits for a second operator, what came of the rest, and when two are needed. */
export function ApprovalsPage() {
  const t = useTranslations("adminApprovals");
  const common = useTranslations("admin");
  const [shown, setShown] = useState("open");
  return (
    <>
      <div className={admin.pageHead}>
        <h1 className={admin.title}>{common("approvals")}</h1>
        <p className={admin.hint}>{t("text")}</p>
      </div>
      <section className={admin.card} aria-label={common("approvals")}>
        <SegmentedControl
          value={shown}
          onChange={setShown}
          aria-label={t("show")}
          data={[
            { value: "open", label: t("open") },
            { value: "all", label: t("all") },
          ]}
        />
        <ProposalList all={shown === "all"} />
      </section>
      <FourEyesCard />
    </>
  );
}

function ProposalList({ all }: { all: boolean }) {
  const t = useTranslations("adminApprovals");
  const trpc = useTRPC();
  const { me } = useSession();
  const [current, setCurrent] = useState<{ proposal: Proposal; step: ProposalStep } | null>(null);
  const proposals = useInfiniteQuery(
    trpc.ops.proposals.infiniteQueryOptions(
      { all },
      {
        getNextPageParam: (page) => page.nextCursor ?? undefined,
        placeholderData: keepPreviousData,
        refetchInterval: REFRESH_MS,
      },
    ),
  );
  return (
    <>
      <PagedList
        query={proposals}
        loading={t("loading")}
        empty={<StatePanel title={t(all ? "none" : "noneOpen")} headingLevel={2} testId="approvals-empty" />}
      >
        {(items: readonly Proposal[]) => (
          <ItemCards testId="proposals">
            {items.map((proposal) => (
              <ProposalCard
                key={proposal.proposalId}
                proposal={proposal}
                isOwn={proposal.proposedBy === me?.userId}
                onStep={(step) => setCurrent({ proposal, step })}
              />
            ))}
          </ItemCards>
        )}
      </PagedList>
      {current ? (
        <StepDialog key={current.proposal.proposalId} {...current} onClose={() => setCurrent(null)} />
      ) : null}
    </>
  );
}
