"use client";

import type { ModalProps } from "@mantine/core";
import { useEffect, useState } from "react";
import { lazyPart } from "../lib/lazy-part";

const LoadedModal = lazyPart<ModalProps>(() => import("./mantine-modal").then((m) => m.Modal));

/**
 * Mantine's dialog. Its code comes when one is first opened: most people never open any on a page that has some. One that is
 * there only while it is open leaves whoever goes by keyboard where they were, as Mantine does for one that is opened and closed.
 */
export function Modal(props: ModalProps) {
  const [isWanted, setWanted] = useState(props.opened);
  const [opener] = useState(() =>
    props.opened && typeof document !== "undefined" ? document.activeElement : null,
  );
  useEffect(
    () => () => {
      const isNowhere = document.activeElement === null || document.activeElement === document.body;
      if (isNowhere && opener instanceof HTMLElement && opener.isConnected)
        opener.focus({ preventScroll: true });
    },
    [opener],
  );
  if (props.opened && !isWanted) setWanted(true);
  return isWanted ? <LoadedModal {...props} /> : null;
}
