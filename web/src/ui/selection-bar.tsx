import type { Signal } from "@preact/signals";
import { useRef } from "preact/hooks";

import { kindOf, nounOf } from "../kinds";
import { words } from "../words/language";
import { useAttempt } from "./attempt";
import { isRestorable } from "./bin-words";
import { Cross, Download, Restore, Trash } from "./icons";
import { isCovered, useKeys } from "./keys";
import { MakeLink } from "./make-link";
import { saveAs } from "./photo-downloads";
import { Question } from "./question";
import { BIN } from "./routes";
import { SelectionOwn } from "./selection-own";
import { useStore } from "./store";

/**
 * What can be done with all selected photos: in the place of the page's bar while there are some.
 * `focus` is the photo that is to have the focus once the bar is gone.
 */
export function SelectionBar(props: {
  focus: Signal<string | undefined>;
  /** The list in which they are selected. */
  list: string | undefined;
}) {
  const { focus, list } = props;
  const { cloud, gallery, library, selection } = useStore();
  const keys = [...selection.keys.value];
  const number = keys.length;
  const known = gallery.known.value;
  const isBin = list === BIN;
  const hasBin = library.binDays > 0 && !isBin;
  const kinds = keys.map((key) => kindOf(known.get(key) ?? {}));
  const noun = nounOf(kinds);
  const showable = keys.filter((_, at) => kinds[at] === "picture" || kinds[at] === "video");
  const say = words();
  const canBeRestored = (key: string) => isRestorable(gallery.known.peek().get(key) ?? {});
  const zip = useAttempt();
  const deletion = useAttempt();
  const bar = useRef<HTMLElement>(null);
  const dialog = useRef<HTMLDialogElement>(null);

  function leave(byKey: boolean): void {
    // Somebody who uses a mouse stays where they are.
    if (byKey && bar.current?.contains(document.activeElement)) focus.value = selection.last;
    selection.clear();
  }

  async function deleteAll(): Promise<void> {
    const beside = selection.beside ?? ""; // the heading, where none is left
    await selection.delete();
    focus.value = beside;
  }

  /** Do something after which they are in this list no longer. */
  function moveAll(work: (keys: readonly string[]) => void): void {
    const beside = selection.beside ?? "";
    work([...selection.keys.peek()]);
    selection.clear();
    focus.value = beside;
  }

  useKeys((event) => {
    if (event.key === "Escape" && !isCovered()) leave(true);
  });

  const problem = zip.problem
    ? `${say.selection.notSaved} ${zip.problem}`
    : deletion.problem && `${say.selection.notDeleted} ${deletion.problem}`;
  return (
    <section ref={bar} class="selection-bar" aria-label={say.selection.selected(noun)}>
      <button
        type="button"
        class="icon-button"
        aria-label={say.selection.nothing}
        title={say.selection.nothing}
        onClick={(event) => leave(event.detail === 0)}
      >
        <Cross />
      </button>
      <p role="status">{say.selection.count(number)}</p>
      <button
        type="button"
        class="button"
        aria-label={say.selection.download(noun)}
        aria-busy={zip.busy}
        onClick={() =>
          void zip.attempt(async () => saveAs(await selection.zip(), say.selection.zip(noun)))
        }
      >
        <Download />{" "}
        <span class="selection-label">{zip.busy ? say.common.loading : say.common.download}</span>
      </button>
      {!isBin && <MakeLink keys={showable} label="selection-label" />}
      {cloud.deployment.albumsTable && !isBin && (
        <SelectionOwn noun={noun} list={list} onAdded={() => leave(true)} moveAll={moveAll} />
      )}
      {isBin && keys.some(canBeRestored) && (
        <button
          type="button"
          class="button"
          aria-label={say.selection.restore(noun)}
          onClick={() => moveAll((keys) => void library.restore(keys.filter(canBeRestored)))}
        >
          <Restore /> <span class="selection-label">{say.common.restore}</span>
        </button>
      )}
      <button
        type="button"
        class="button danger"
        aria-label={hasBin ? say.selection.bin(noun) : say.selection.delete(noun)}
        onClick={() =>
          hasBin ? moveAll((keys) => void library.bin(keys)) : dialog.current?.showModal()
        }
      >
        <Trash /> <span class="selection-label">{hasBin ? say.common.bin : say.common.delete}</span>
      </button>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <Question
        dialog={dialog}
        title={say.selection.deleteTitle(number, noun)}
        no={say.selection.keep(number)}
        yes={say.common.delete}
        busy={deletion.busy}
        onYes={() => {
          dialog.current?.close();
          void deletion.attempt(deleteAll);
        }}
      >
        <p>{say.selection.loss(number)}</p>
      </Question>
    </section>
  );
}
