import { useMemo, useRef, useState } from "preact/hooks";

import { binOf } from "../store/lists";
import { words } from "../words/language";
import { useAttempt } from "./attempt";
import { type ListProps, useList } from "./list";
import { PhotoDays } from "./photo-days";
import { Question } from "./question";
import { EntriesCount, EntriesProblem, useEntries } from "./room-reading";
import { BIN } from "./routes";
import { useStore } from "./store";

/** What is in the bin, with the days that are left of each. */
export function BinRoom(props: ListProps) {
  const { gallery, library } = useStore();
  const place = useRef<HTMLDivElement>(null);
  const photos = useMemo(() => binOf(gallery), [gallery]);
  const reading = useEntries();
  const number = photos.keys.value.length;
  const say = words();
  const { binDays } = library;
  useList(place, props, { photos, title: say.library.bin });
  return (
    <div class="room" ref={place}>
      <PhotoDays
        days={photos.days.value}
        title={say.library.bin}
        said={
          <>
            <EntriesCount of={number} reading={reading} />
            <EmptyBin
              shown={number > 0 && reading.isOver}
              onDone={() => (props.focus.value = "") /* the heading */}
            />
          </>
        }
        focus={props.focus}
        active
        busy={false}
        list={BIN}
      >
        <EntriesProblem reading={reading} />
        {number > 0 && (
          <p class="room-note">
            {binDays > 0 ? say.library.binNote(binDays) : say.library.binNoteOfDays}
          </p>
        )}
        {number === 0 && reading.isOver && (
          <div class="room-said">
            <p class="room-title">{say.library.binEmpty}</p>
            {binDays > 0 && <p class="hint">{say.library.binHint(binDays)}</p>}
          </div>
        )}
      </PhotoDays>
    </div>
  );
}

/** A button that deletes all that is in the bin when it is pressed, after a question. */
function EmptyBin(props: { shown: boolean; onDone: () => void }) {
  const store = useStore();
  const { gallery } = store;
  const say = words();
  const dialog = useRef<HTMLDialogElement>(null);
  const { busy, problem, attempt } = useAttempt();
  /** What was in the bin when the question was asked: it is about no other. */
  const [asked, setAsked] = useState<readonly string[]>([]);
  const binned = gallery.binned.value;
  const left = asked.filter((key) => binned.has(key));

  function ask(): void {
    setAsked([...binned.keys()]);
    dialog.current?.showModal();
  }

  async function empty(): Promise<void> {
    await store.deletePhotos(left);
    dialog.current?.close();
    props.onDone();
  }

  return (
    <>
      {props.shown && (
        <button type="button" class="button small danger room-action" onClick={ask}>
          {say.library.emptyNow}
        </button>
      )}
      <Question
        dialog={dialog}
        title={say.library.emptyTitle}
        no={say.library.keepAll}
        yes={busy ? say.common.deleting : say.common.deleteForGood}
        busy={busy}
        onYes={() => void attempt(empty)}
      >
        <p>{say.library.emptyLoss(left.length, gallery.noun.value)}</p>
        {problem && (
          <p class="problem" role="alert">
            {say.library.someNotDeleted} {problem}
          </p>
        )}
      </Question>
    </>
  );
}
