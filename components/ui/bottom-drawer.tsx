"use client";

import { Drawer } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./bottom-drawer.module.css";

interface BottomDrawerProps {
  title: string;
  closeLabel: string;
  onClose: () => void;
  children: ReactNode;
}

/** Comes up from the bottom of a phone, within reach of a thumb; the picture above stays in sight. */
export function BottomDrawer({ title, closeLabel, onClose, children }: BottomDrawerProps) {
  return (
    <Drawer
      opened
      // Nothing behind it scrolls; what would hold that still listens to every touch of the page and has it wait.
      lockScroll={false}
      onClose={onClose}
      position="bottom"
      size="auto"
      radius="lg"
      title={title}
      overlayProps={{ backgroundOpacity: 0.15 }}
      closeButtonProps={{ "aria-label": closeLabel, iconSize: 20 }}
      classNames={{
        content: classes.content,
        header: classes.header,
        body: classes.body,
        title: classes.title,
        close: classes.close,
      }}
    >
      {children}
    </Drawer>
  );
}
