"use client";

import { Button, Modal, Progress } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { GiftOrder } from "./gift-orders";
import classes from "./spending-question.module.css";

interface SpendingQuestionProps {
  asking: readonly GiftOrder[];
  onAnswer: (yes: boolean) => void;
}

/** Asks before gifts go beyond half of a cap. Nothing was sent yet; no answer is a no. */
export function SpendingQuestion({ asking, onAnswer }: SpendingQuestionProps) {
  const t = useTranslations("spending");
  const question = asking[0]?.question;
  if (!question) return null;
  const { cap, spentCoins, maxCoins } = question;
  const totalCoins = asking.reduce((sum, order) => sum + order.totalCoins, 0);
  const part = (coins: number) => Math.min(100, (coins / maxCoins) * 100);
  return (
    <Modal
      opened
      onClose={() => onAnswer(false)}
      title={t("questionTitle")}
      centered
      closeButtonProps={{ "aria-label": t("no") }}
    >
      <div className={classes.body} data-testid="spending-question" data-cap={cap}>
        <p className={classes.text}>
          {t(`question.${cap}`, {
            total: totalCoins,
            spent: spentCoins,
            max: maxCoins,
          })}
        </p>
        <Progress.Root size="lg" radius="xl" aria-hidden>
          <Progress.Section value={part(spentCoins)} color="gray" />
          <Progress.Section value={part(totalCoins)} color="vermilion" />
        </Progress.Root>
        <Button size="md" radius="xl" fullWidth onClick={() => onAnswer(true)} data-testid="spending-yes">
          {t("yes", { total: totalCoins })}
        </Button>
        <Button
          variant="default"
          radius="xl"
          fullWidth
          onClick={() => onAnswer(false)}
          data-autofocus
          data-testid="spending-no"
        >
          {t("no")}
        </Button>
      </div>
    </Modal>
  );
}
