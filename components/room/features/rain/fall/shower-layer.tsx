"use client";

import { type RefObject, useEffect, useImperativeHandle, useRef } from "react";
import { useLatest } from "../../../../lib/use-latest";
import { Shower } from "./shower";
import classes from "./shower.module.css";

export interface ShowerHandle {
  /** Shows a packet opening, for somebody who used the button. */
  openOne: () => void;
}

interface ShowerLayerProps {
  handle: RefObject<ShowerHandle | null>;
  /** While false, what falls already still reaches the ground. */
  raining: boolean;
  /** Whether the packet opens. */
  onTap: () => boolean;
}

/** What a tap belongs to although a packet passes over it: controls, and the chat, which lies before the rain. */
const NOT_FOR_PACKETS =
  "a, button, input, textarea, select, label, aside, section[tabindex], [role='dialog']";

/** Fills its nearest positioned ancestor with falling packets. The picture below stays in reach: only a packet takes a tap. */
export function ShowerLayer({ handle, raining, onTap }: ShowerLayerProps) {
  const areaRef = useRef<HTMLDivElement>(null);
  const showerRef = useRef<Shower | null>(null);
  const onTapRef = useLatest(onTap);
  useImperativeHandle(handle, () => ({ openOne: () => showerRef.current?.openOne() }), []);

  useEffect(() => {
    const area = areaRef.current;
    if (!area) return;
    const shower = new Shower(area);
    showerRef.current = shower;
    const findAt = (event: PointerEvent) => {
      const target = event.target as Element;
      const box = area.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      const isInside = x >= 0 && y >= 0 && x <= box.width && y <= box.height;
      return isInside && !target.closest(NOT_FOR_PACKETS) ? shower.find(x, y) : null;
    };
    const onPointerDown = (event: PointerEvent) => {
      const packet = event.button === 0 ? findAt(event) : null;
      if (!packet) return;
      event.preventDefault();
      if (onTapRef.current()) shower.open(packet);
      else shower.shake(packet);
    };
    // The cursor is set where it is, not on the page, whose every element would have to be styled again.
    let pointed: (Element & ElementCSSInlineStyle) | null = null;
    const point = (element: (Element & ElementCSSInlineStyle) | null) => {
      if (element === pointed) return;
      pointed?.style.removeProperty("cursor");
      element?.style.setProperty("cursor", "pointer");
      pointed = element;
    };
    const onPointerMove = (event: PointerEvent) => {
      if (event.pointerType === "mouse") point(findAt(event) ? (event.target as HTMLElement) : null);
    };
    window.addEventListener("pointerdown", onPointerDown);
    window.addEventListener("pointermove", onPointerMove, { passive: true });
    return () => {
      window.removeEventListener("pointerdown", onPointerDown);
      window.removeEventListener("pointermove", onPointerMove);
      point(null);
      shower.stop();
    };
  }, [onTapRef]);
  useEffect(() => showerRef.current?.rain(raining), [raining]);

  return (
    <div className={classes.layer} aria-hidden data-testid="rain-shower">
      <div className={classes.streaks} data-raining={raining} />
      <div ref={areaRef} className={classes.area} />
    </div>
  );
}
