"use client";

import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { WithdrawalFacts } from "@/domain/contracts/withdrawal";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { TraceId } from "../../ui/trace-id";
import { ApprovalReasons } from "../../withdrawal/approval-reasons";
import { useReasonText } from "../../withdrawal/use-reason-text";
import shared from "../../withdrawal/withdrawal.module.css";
import { WithdrawalAccount } from "../../withdrawal/withdrawal-account";
import { WithdrawalSteps } from "../../withdrawal/withdrawal-steps";
import { ReasonDialog } from "../reason-dialog";
import { AssessmentFacts } from "./assessment-facts";
import type { Decision } from "./decision-dialog";
import { HoldPayoutsButton, PayoutHolds } from "./payout-holds";

interface WithdrawalCardProps {
  withdrawal: WithdrawalFacts;
  onDecide: (decision: Decision) => void;
}

/** One withdrawal with what an operator can do about it in its state. */
export function WithdrawalCard({ withdrawal, onDecide }: WithdrawalCardProps) {
  const t = useTranslations("adminWithdrawals");
  const status = useTranslations("withdrawal.status");
  const formats = useLocaleFormats();
  const reasonText = useReasonText();
  const isOpen = ["requested", "approved", "paying"].includes(withdrawal.status);
  /** Approved, and kept from being paid: it can still be rejected. */
  const isStopped =
    withdrawal.status === "approved" && (withdrawal.holds.length > 0 || withdrawal.reason !== null);
  return (
    <li
      className={shared.item}
      data-testid="admin-withdrawal"
      data-withdrawal-id={withdrawal.withdrawalId}
      data-status={withdrawal.status}
    >
      <div className={shared.itemHead}>
        <span className={`${shared.amount} numeric`}>{formats.fen(withdrawal.amountFen)}</span>
        <span className={shared.badge} data-status={withdrawal.status}>
          {status(withdrawal.status)}
        </span>
        <span className={shared.person}>{withdrawal.nickname ?? withdrawal.anchorId}</span>
        <WithdrawalAccount account={withdrawal.payoutAccount} />
      </div>
      <WithdrawalSteps steps={withdrawal.steps} />
      {withdrawal.reason ? <p className={shared.reason}>{reasonText(withdrawal.reason)}</p> : null}
      <ApprovalReasons reasons={withdrawal.waitsFor} />
      {withdrawal.assessment ? <AssessmentFacts assessment={withdrawal.assessment} /> : null}
      <PayoutHolds holds={withdrawal.holds} />
      <div className={shared.itemFoot}>
        <TraceId traceId={withdrawal.traceId} />
        {isOpen ? (
          <HoldPayoutsButton
            anchorId={withdrawal.anchorId}
            nickname={withdrawal.nickname ?? withdrawal.anchorId}
          />
        ) : null}
        {withdrawal.status === "requested" || isStopped ? (
          <div className={shared.actions}>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => onDecide({ withdrawal, approve: false })}
              data-testid="reject-withdrawal"
            >
              {t("reject")}
            </Button>
            {isStopped ? null : (
              <Button
                size="compact-sm"
                disabled={withdrawal.holds.length > 0}
                onClick={() => onDecide({ withdrawal, approve: true })}
                data-testid="approve-withdrawal"
              >
                {t("approve")}
              </Button>
            )}
          </div>
        ) : null}
        {withdrawal.status === "paying" ? <AskAgain withdrawal={withdrawal} /> : null}
      </div>
    </li>
  );
}

function AskAgain({ withdrawal }: { withdrawal: WithdrawalFacts }) {
  const t = useTranslations("adminWithdrawals");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const retry = useMutation(
    trpc.finance.retryPayout.mutationOptions({
      onSuccess: () => setAsking(false),
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.finance.searchWithdrawals.pathKey() }),
    }),
  );
  const { withdrawalId, anchorId, nextAttemptAt, attempts } = withdrawal;
  return (
    <div className={shared.itemHead}>
      <span className={shared.reason}>
        {nextAttemptAt
          ? t("asksNext", { attempts, at: formats.dateTime(nextAttemptAt) })
          : t("asksNoMore", { attempts })}
      </span>
      <Button size="compact-sm" variant="default" onClick={() => setAsking(true)} data-testid="ask-again">
        {t("askAgain")}
      </Button>
      {isAsking ? (
        <ReasonDialog
          title={t("askAgainTitle")}
          confirm={t("askAgain")}
          isPending={retry.isPending}
          error={retry.error}
          onConfirm={(reason) => retry.mutate({ withdrawalId, anchorId, reason })}
          onClose={() => setAsking(false)}
        >
          <p className={shared.reason}>{t("askAgainText")}</p>
        </ReasonDialog>
      ) : null}
    </div>
  );
}
