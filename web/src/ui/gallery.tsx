import type { Signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

import { words } from "../words/language";
import { useNoun, Welcome } from "./adding";
import { PhotoDays } from "./photo-days";
import { ReadingProblem, useReading } from "./reading";
import { useStore } from "./store";

/** The rest of a large gallery is read after its first pictures, which are waited for. */
const REST_AFTER_MS = 1_500;

/**
 * All photos, newest first. `focus` is the photo that is to have the focus, once it is drawn; they are
 * not `active` while the results of a search are shown.
 */
export function Gallery(props: { focus: Signal<string | undefined>; active: boolean }) {
  const { gallery, usage } = useStore();
  const say = words();
  const { focus, active } = props;
  const days = gallery.days.value;
  const loaded = gallery.loaded.value;
  const noun = gallery.noun.value;
  if (days.length > 0) {
    const isWhole = gallery.complete.value;
    const photos = isWhole
      ? gallery.entries.value.size
      : Math.max(0, (usage.usage.value?.storedObjects ?? 0) - gallery.binned.value.size);
    return (
      <>
        <PhotoDays
          days={days}
          title={say.gallery.yours(noun)}
          said={photos ? <p class="hint">{say.gallery.count(photos, noun)}</p> : undefined}
          focus={focus}
          active={active}
          busy={!loaded}
        />
        {loaded && !isWhole && <OlderPhotos />}
      </>
    );
  }
  if (loaded) return <NoPhotos focus={focus} active={active} />;
  return (
    <>
      <div class="gallery-head">
        <h1 tabIndex={-1}>{say.gallery.yours(noun)}</h1>
      </div>
      <ul class="skeletons" aria-hidden="true">
        {Array.from({ length: 12 }, (_, index) => (
          <li key={index} class="skeleton" />
        ))}
      </ul>
    </>
  );
}

function NoPhotos(props: { focus: Signal<string | undefined>; active: boolean }) {
  const { focus, active } = props;
  const noun = useNoun();
  const heading = useRef<HTMLHeadingElement>(null);
  const wanted = focus.value;
  useLayoutEffect(() => {
    if (!active || wanted === undefined) return;
    heading.current?.focus({ preventScroll: true }); // the last photo was deleted
    focus.value = undefined;
  });
  return (
    <>
      <h1 ref={heading} class="visually-hidden" tabIndex={-1}>
        {words().gallery.yours(noun)}
      </h1>
      <Welcome />
    </>
  );
}

/** Reads the places of all photos, and says so while it does. */
function OlderPhotos() {
  const { gallery } = useStore();
  const say = words();
  const noun = gallery.noun.value;
  const reading = useReading(async () => {
    await new Promise((done) => setTimeout(done, REST_AFTER_MS));
    await gallery.completeIndex();
  }, []);
  return (
    <div class="gallery-older">
      {reading.problem ? (
        <ReadingProblem
          said={say.gallery.olderNotLoaded(noun)}
          problem={reading.problem}
          retry={reading.retry}
        />
      ) : (
        <p class="hint" role="status">
          {say.gallery.loadingOlder(noun)}
        </p>
      )}
    </div>
  );
}
