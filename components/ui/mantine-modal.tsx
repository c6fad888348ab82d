// A file of its own, so that nothing but the dialog is loaded with it.
export { Modal } from "@mantine/core";
