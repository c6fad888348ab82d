"use client";

import { IconSend2 } from "@tabler/icons-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import {
  type FormEvent,
  memo,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { countCharacters, tidyLine } from "@/domain/rules/readable-text";
import { useHandler } from "../../../lib/use-handler";
import classes from "./chat-input.module.css";
import { useDraft } from "./use-draft";

/** The server's bound on one message; kept here because the contract's module brings its validator with it. */
export const CHAT_LENGTH_MAX = 200;
/** From here on one sees how much is left. */
const COUNTED_FROM = 160;

interface ChatInputProps {
  /** Why one may not write here now; null when one may. */
  blockedBecause: string | null;
  /** Where to go instead, for those who only have to sign in. */
  signInHref?: string;
  /** The room's slow mode: how long one waits between two messages; 0 is off. */
  slowModeSeconds: number;
  onSend: (text: string) => void;
  handle?: RefObject<ComposerHandle | null>;
}

/** Reaches into the field from outside. */
export interface ComposerHandle {
  /** Puts a text back that was not sent; false, and nothing is changed, where something else is being written. */
  giveBack: (text: string) => boolean;
}

/** Where one writes. What was written stays until it is sent, also while one may not write, and however long it is. */
export const ChatInput = memo(function ChatInput({
  blockedBecause,
  signInHref,
  slowModeSeconds,
  onSend,
  handle,
}: ChatInputProps) {
  const t = useTranslations("chat");
  const pathname = usePathname();
  const [waitSeconds, setWaitSeconds] = useState(0);
  useEffect(() => {
    if (waitSeconds <= 0) return;
    const timer = setTimeout(() => setWaitSeconds(waitSeconds - 1), 1_000);
    return () => clearTimeout(timer);
  }, [waitSeconds]);
  const send = useHandler((text: string) => {
    onSend(text);
    setWaitSeconds(slowModeSeconds);
  });

  if (blockedBecause !== null) {
    return (
      <p className={classes.blocked} data-testid="chat-blocked">
        {blockedBecause}
        {signInHref ? (
          <Link href={signInHref} prefetch={false}>
            {t("signIn")}
          </Link>
        ) : null}
      </p>
    );
  }
  return (
    <Composer
      key={pathname}
      draftKey={`downpour.draft.${pathname}`}
      slowModeSeconds={slowModeSeconds}
      waitSeconds={waitSeconds}
      onSend={send}
      handle={handle}
    />
  );
});

interface ComposerProps extends Pick<ChatInputProps, "slowModeSeconds" | "onSend" | "handle"> {
  draftKey: string;
  waitSeconds: number;
}

/** What is drawn of a text beside the text itself. */
interface Shape {
  isEmpty: boolean;
  /** As the server counts; 0 while that does not matter: no character is longer than what is written here. */
  characters: number;
}
const NOTHING: Shape = { isEmpty: true, characters: 0 };

function shapeOf(text: string): Shape {
  return {
    isEmpty: text.trim() === "",
    characters: text.length < COUNTED_FROM ? 0 : countCharacters(text),
  };
}

/** The field has its text by itself: a key renders nothing unless what stands beside the field changes. */
function Composer({ draftKey, slowModeSeconds, waitSeconds, onSend, handle }: ComposerProps) {
  const t = useTranslations("chat");
  const draft = useDraft(draftKey);
  const inputRef = useRef<HTMLInputElement>(null);
  const composing = useRef(false);
  const [shape, setShape] = useState(NOTHING);
  const { isEmpty, characters } = shape;
  const tooMany = Math.max(0, characters - CHAT_LENGTH_MAX);

  const show = useHandler((text: string) => {
    const next = shapeOf(text);
    if (next.isEmpty !== isEmpty || next.characters !== characters) setShape(next);
  });
  const recall = useHandler(() => {
    const input = inputRef.current;
    if (!input) return;
    // What was typed before this ran is newer than what was kept.
    if (input.value === "") input.value = draft.recall();
    show(input.value);
  });
  useEffect(recall, [recall]);

  function take(text: string) {
    draft.keep(text);
    show(text);
  }

  useImperativeHandle(handle, () => ({
    giveBack: (text) => {
      const input = inputRef.current;
      if (!input || input.value !== "") return false;
      input.value = text;
      take(text);
      input.focus();
      return true;
    },
  }));

  function submit(event: FormEvent) {
    event.preventDefault();
    const input = inputRef.current;
    const line = tidyLine(input?.value ?? "");
    if (!input || line === "" || composing.current || waitSeconds > 0 || tooMany > 0) return;
    onSend(line);
    input.value = "";
    take("");
    input.focus();
  }

  return (
    <form className={classes.form} onSubmit={submit}>
      <input
        ref={inputRef}
        className={classes.input}
        dir="auto"
        placeholder={
          waitSeconds > 0
            ? t("slowModeWait", { seconds: waitSeconds })
            : slowModeSeconds > 0
              ? t("slowMode", { seconds: slowModeSeconds })
              : t("placeholder")
        }
        aria-label={t("inputLabel")}
        aria-invalid={tooMany > 0}
        aria-describedby={characters > 0 ? "chat-count" : undefined}
        autoComplete="off"
        enterKeyHint="send"
        data-testid="chat-input"
        onChange={(event) => take(event.currentTarget.value)}
        onCompositionStart={() => {
          composing.current = true;
        }}
        onCompositionEnd={() => {
          composing.current = false;
        }}
      />
      {characters > 0 ? (
        <span
          id="chat-count"
          className={`${classes.count} numeric`}
          data-over={tooMany > 0}
          role="status"
          data-testid="chat-count"
        >
          {tooMany > 0 ? t("tooMany", { count: tooMany }) : `${characters}/${CHAT_LENGTH_MAX}`}
        </span>
      ) : null}
      <button
        type="submit"
        className={classes.send}
        aria-label={t("send")}
        disabled={isEmpty || waitSeconds > 0 || tooMany > 0}
        data-testid="chat-send"
        // The field keeps the focus, and a phone its keyboard.
        onMouseDown={(event) => event.preventDefault()}
      >
        <IconSend2 size={19} aria-hidden />
      </button>
    </form>
  );
}
