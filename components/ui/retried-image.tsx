"use client";

import { type ComponentProps, type ReactNode, useEffect, useRef, useState } from "react";
import { Retry } from "@/push/client/retry";

interface RetriedImageProps extends ComponentProps<"img"> {
  src: string;
  /** Empty where it is decoration: then nothing is shown in its place meanwhile. */
  alt: string;
  /** What stands in its place while it cannot be had. */
  fallback?: ReactNode;
}

/** A picture that is away for good is asked for every few minutes only. */
const BACK_OFF = { firstMs: 1_000, maxMs: 5 * 60_000 };

/** An `img` whose failure is never final: it is asked for again, ever more rarely, and at once when the network is back. */
export function RetriedImage({ src, alt, fallback, style, loading, ...props }: RetriedImageProps) {
  const ref = useRef<HTMLImageElement>(null);
  const retryRef = useRef<Retry | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [failedSrc, setFailedSrc] = useState<string | null>(null);
  const isReplaced = failedSrc === src && fallback !== undefined;

  useEffect(() => {
    const retry = new Retry({ attempt: () => setAttempt((last) => last + 1), backOff: BACK_OFF });
    retryRef.current = retry;
    // One of the server's HTML may have failed before anybody listened.
    const image = ref.current;
    if (image?.complete && image.naturalWidth === 0 && image.currentSrc !== "") {
      setFailedSrc(src);
      retry.failed();
    }
    return () => retry.stop();
  }, [src]);

  return (
    <>
      {isReplaced ? fallback : null}
      {/* Only a new element asks again for the same address. */}
      <img
        {...props}
        key={attempt}
        ref={ref}
        src={src}
        alt={alt}
        style={isReplaced ? { ...style, display: "none" } : style}
        // What is not shown never comes into sight, and would wait for that for ever.
        loading={isReplaced ? "eager" : loading}
        onLoad={() => {
          setFailedSrc(null);
          retryRef.current?.rest();
        }}
        onError={() => {
          setFailedSrc(src);
          retryRef.current?.failed();
        }}
      />
    </>
  );
}
