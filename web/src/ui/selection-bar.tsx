import { useEffect, useRef } from "preact/hooks";

import { capital, count } from "../format";
import { kindOf, nounOf } from "../kinds";
import { useAttempt } from "./attempt";
import { Cross, Download, Trash } from "./icons";
import { saveAs } from "./photo-downloads";
import { useStore } from "./store";

/** What can be done with all selected photos: in the place of the page's bar while there are some. */
export function SelectionBar() {
  const { gallery, selection } = useStore();
  const number = selection.keys.value.size;
  const entries = gallery.entries.value;
  const kinds = [...selection.keys.value].map((key) => kindOf(entries.get(key) ?? {}));
  const noun = nounOf(kinds);
  const zip = useAttempt();
  const deletion = useAttempt();
  const dialog = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || document.querySelector("dialog[open], .panel")) return;
      selection.clear();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);

  const problem = zip.problem
    ? `They were not saved. ${zip.problem}`
    : deletion.problem && `These were not deleted. ${deletion.problem}`;
  return (
    <section class="selection-bar" aria-label={`Selected ${noun}s`}>
      <button
        type="button"
        class="icon-button"
        aria-label="Select nothing"
        title="Select nothing"
        onClick={() => selection.clear()}
      >
        <Cross />
      </button>
      <p role="status">{count(number, "selected", "selected")}</p>
      <button
        type="button"
        class="button"
        aria-label={`Download the selected ${noun}s`}
        aria-busy={zip.busy}
        onClick={() =>
          void zip.attempt(async () => saveAs(await selection.zip(), `${capital(noun)}s.zip`))
        }
      >
        <Download /> <span class="selection-label">{zip.busy ? "Loading …" : "Download"}</span>
      </button>
      <button
        type="button"
        class="button danger"
        aria-label={`Delete the selected ${noun}s`}
        onClick={() => dialog.current?.showModal()}
      >
        <Trash /> <span class="selection-label">Delete</span>
      </button>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <dialog ref={dialog} aria-labelledby="delete-selected-title">
        <h2 id="delete-selected-title">Delete {count(number, noun)}?</h2>
        <p>
          {number === 1 ? "It" : "They"} and everything that was made from{" "}
          {number === 1 ? "it" : "them"} will be gone for good.
        </p>
        <div class="dialog-buttons">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            {number === 1 ? "Keep it" : "Keep them"}
          </button>
          <button
            type="button"
            class="button danger filled"
            aria-disabled={deletion.busy}
            onClick={() => {
              dialog.current?.close();
              void deletion.attempt(() => selection.delete());
            }}
          >
            Delete
          </button>
        </div>
      </dialog>
    </section>
  );
}
