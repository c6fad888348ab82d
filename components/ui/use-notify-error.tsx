"use client";

import { notifications } from "@mantine/notifications";
import { useCallback } from "react";
import { readApiError } from "../lib/api-error";
import { ErrorText } from "./error-text";

/** Shows whatever a call threw as a notification a person can read. */
export function useNotifyError() {
  return useCallback((error: unknown) => {
    const apiError = readApiError(error);
    notifications.show({
      id: `error-${apiError.name}`,
      color: "red",
      message: <ErrorText error={apiError} />,
    });
  }, []);
}
