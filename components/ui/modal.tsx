"use client";

import type { ModalProps } from "@mantine/core";
import { useState } from "react";
import { lazyPart } from "../lib/lazy-part";

const LoadedModal = lazyPart<ModalProps>(() => import("./mantine-modal").then((m) => m.Modal));

/** Mantine's dialog. Its code comes when one is first opened: most people never open any on a page that has some. */
export function Modal(props: ModalProps) {
  const [isWanted, setWanted] = useState(props.opened);
  if (props.opened && !isWanted) setWanted(true);
  return isWanted ? <LoadedModal {...props} /> : null;
}
