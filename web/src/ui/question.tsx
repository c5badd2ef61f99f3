import type { ComponentChildren, RefObject } from "preact";
import { useId } from "preact/hooks";

import { staysOpen } from "./busy-dialog";

/**
 * A question before something that cannot be undone, in a dialog that `dialog` opens and closes. While it
 * is being done, `busy`, the dialog stays open.
 */
export function Question(props: {
  dialog: RefObject<HTMLDialogElement>;
  title: string;
  /** What is said of it. */
  children: ComponentChildren;
  /** What is written on the button that leaves everything as it is, and on the other. */
  no: string;
  yes: string;
  busy?: boolean;
  onYes: () => void;
}) {
  const { dialog, busy } = props;
  const id = useId();
  return (
    <dialog ref={dialog} aria-labelledby={id} {...staysOpen(busy)}>
      <h2 id={id}>{props.title}</h2>
      {props.children}
      <div class="dialog-buttons">
        <button
          type="button"
          class="button"
          aria-disabled={busy}
          onClick={() => {
            if (!busy) dialog.current?.close();
          }}
        >
          {props.no}
        </button>
        <button
          type="button"
          class="button danger filled"
          aria-disabled={busy}
          onClick={() => {
            if (!busy) props.onYes();
          }}
        >
          {props.yes}
        </button>
      </div>
    </dialog>
  );
}
