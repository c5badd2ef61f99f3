import { useId, useLayoutEffect, useRef } from "preact/hooks";

import { MOST_NAME } from "../store/albums";
import { words } from "../words/language";

/** A dialog in which an album is named. It is open as long as it is there. */
export function AlbumName(props: {
  title: string;
  /** The name that it has. */
  name?: string;
  yes: string;
  onClose: (name?: string) => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={() => props.onClose()}>
      <h2 id={id}>{props.title}</h2>
      <NameForm
        name={props.name}
        yes={props.yes}
        onName={(name) => {
          dialog.current?.close(); // so that the focus is where it was
          props.onClose(name);
        }}
        onCancel={() => dialog.current?.close()}
      />
    </dialog>
  );
}

/** A field for the name of an album, and a button. */
export function NameForm(props: {
  name?: string;
  label?: string;
  yes: string;
  onName: (name: string) => void;
  onCancel?: () => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        const name = field.current?.value.trim();
        if (name) props.onName(name);
      }}
    >
      <label>
        {props.label ?? words().library.name}
        <input
          ref={field}
          type="text"
          name="album"
          required
          maxLength={MOST_NAME}
          autoComplete="off"
          defaultValue={props.name}
        />
      </label>
      <div class="dialog-buttons">
        {props.onCancel && (
          <button type="button" class="button" onClick={props.onCancel}>
            {words().common.cancel}
          </button>
        )}
        <button type="submit" class="button primary">
          {props.yes}
        </button>
      </div>
    </form>
  );
}
