import { words } from "../words/language";
import { ReadingProblem, useReading } from "./reading";
import { useStore } from "./store";

interface EntriesReading {
  /** Whether all entries have been read. */
  isOver: boolean;
  problem?: string;
  retry(): void;
}

/** Reads what is known of all photos, also of what was said elsewhere, and what may have been missed. */
export function useEntries(): EntriesReading {
  const { gallery, connections } = useStore();
  const { problem, retry } = useReading(() => gallery.completeAnew(), [connections.value]);
  return { isOver: gallery.complete.value, problem, retry };
}

/** How many photos a list has, as far as that is known. */
export function EntriesCount(props: { of: number; reading: EntriesReading }) {
  const { of: number, reading } = props;
  const noun = useStore().gallery.noun.value;
  const say = words();
  return (
    <p class="hint" role="status">
      {number > 0 || reading.isOver ? say.gallery.count(number, noun) : say.common.loading}
    </p>
  );
}

export function EntriesProblem(props: { reading: EntriesReading }) {
  const { problem, retry } = props.reading;
  const noun = useStore().gallery.noun.value;
  if (!problem) return null;
  return (
    <ReadingProblem said={words().gallery.someNotLoaded(noun)} problem={problem} retry={retry} />
  );
}
