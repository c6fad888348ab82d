interface DaysField<N extends string> {
  name: N;
  label: string;
  min: number;
  max: number;
  /** Empty keeps for ever. */
  mayKeep?: boolean;
}

export interface DaysPolicyCardProps<N extends string> {
  /** Of the elements that tests find. */
  testId: string;
  title: string;
  text: string;
  fields: readonly DaysField<N>[];
  policy: Readonly<Record<N, number | null>>;
  save: {
    isPending: boolean;
    error: unknown;
    mutate: (days: Record<N, number | null>, reason: string, onDone: () => void) => void;
  };
}

export interface DaysDialogProps<N extends string> extends DaysPolicyCardProps<N> {
  onClose: () => void;
}
