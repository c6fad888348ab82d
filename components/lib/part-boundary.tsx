"use client";

import { Component, type ReactNode } from "react";
import { Retry } from "@/push/client/retry";

interface PartBoundaryProps {
  children: ReactNode;
  /** What stands in its place until it can be drawn again. */
  fallback?: ReactNode;
}

/** Keeps what breaks while it is drawn to itself: the page around goes on, and the part is drawn again, ever more rarely. */
export class PartBoundary extends Component<PartBoundaryProps, { isBroken: boolean }> {
  override state = { isBroken: false };
  readonly #retry = new Retry({
    attempt: () => this.setState({ isBroken: false }),
    backOff: { firstMs: 2_000, maxMs: 60_000 },
  });

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override componentDidCatch() {
    this.#retry.failed();
  }

  override componentWillUnmount() {
    this.#retry.rest();
  }

  override render() {
    return this.state.isBroken ? (this.props.fallback ?? null) : this.props.children;
  }
}
