import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

import { queryOf, searchOf } from "../store/search-query";
import type { Suggested, Suggestion } from "../store/suggestions";
import { number } from "../format";
import { words } from "../words/language";
import { Camera, Pin, Search } from "./icons";
import { searchAddress } from "./routes";
import { Calendar, Copies, Film, Frame, Swatch } from "./search-icons";
import type { Typing } from "./search-field";
import { suggestedInWords, valueInWords } from "./search-words";
import { useSearching } from "./searching";
import { useStore } from "./store";

/** What one may be looking for, below the field, while one types. */
export function Suggestions(props: { typing: Typing; search: string | undefined }) {
  const { cloud } = useStore();
  const { suggester } = useSearching();
  const { text, marked, listed, press, leave } = props.typing;
  const within = queryOf(props.search ?? "", cloud.session.identityId);
  const suggestions = suggester.suggestions.value;
  const at = suggestions.findIndex((_, index) => idOf(index) === marked.value);
  /** The one that the pointer was put down on: others may come above it before it is let go. */
  const pressed = useRef<Suggestion>();

  useEffect(() => {
    const { identityId } = cloud.session;
    const base = queryOf(props.search ?? "", identityId);
    suggester.type({ ...base, like: undefined, duplicates: false }, text.value);
    listed.value = true;
    marked.value = undefined;
  }, [text.value, props.search]);

  useEffect(() => {
    suggester.forget();
    return () => {
      suggester.stop();
      listed.value = false;
      marked.value = undefined;
      press.current = () => false;
    };
  }, []);

  useLayoutEffect(() => {
    press.current = (event) => {
      if (suggestions.length === 0) return false;
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (step) listed.value = true;
      if (!listed.value) return false;
      const chosen = suggestions[at];
      if (step) {
        // Between the last one and the first one lies the field itself.
        const to = (at + 1 + step + suggestions.length + 1) % (suggestions.length + 1);
        marked.value = to === 0 ? undefined : idOf(to - 1);
      } else if (event.key === "Enter" && chosen) choose(chosen);
      else if (event.key === "Escape") listed.value = false;
      else return false;
      event.preventDefault();
      return true;
    };
  });

  useEffect(() => {
    if (marked.value) document.getElementById(marked.value)?.scrollIntoView({ block: "nearest" });
  }, [marked.value]);

  function suggestionAt(target: EventTarget | null): Suggestion | undefined {
    const option = target instanceof Element && target.closest("[role=option]");
    return suggestions.find((_, index) => option && idOf(index) === option.id);
  }

  function choose({ query }: Suggestion): void {
    leave();
    location.hash = searchAddress(searchOf({ ...query, order: within.order }));
  }

  return (
    <>
      <p class="visually-hidden" role="status">
        {listed.value && text.value && words().search.suggested(suggestions.length)}
      </p>
      <ul
        id="suggestions"
        class="suggestions"
        role="listbox"
        aria-label={words().search.suggestions}
        hidden={!listed.value || suggestions.length === 0}
        onPointerDown={(event) => {
          event.preventDefault(); // the field keeps the focus
          pressed.current = suggestionAt(event.target);
        }}
        onClick={(event) => {
          const byPointer = event.detail > 0;
          const chosen = byPointer ? pressed.current : suggestionAt(event.target);
          if (chosen) choose(chosen);
        }}
      >
        {suggestions.map((one, index) => (
          <li
            key={`${one.kind} ${one.value}`}
            id={idOf(index)}
            class={index === at ? "suggestion marked" : "suggestion"}
            role="option"
            aria-selected={index === at}
          >
            <SuggestionIcon kind={one.kind} value={one.value} />
            <bdi>{wordsOf(one)}</bdi>
            <span class="suggestion-kind">{suggestedInWords(one.kind)}</span>
            {one.files !== undefined && <span class="suggestion-files">{number(one.files)}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}

const idOf = (index: number) => `suggestion-${index}`;

function wordsOf({ kind, value }: Suggestion): string {
  if (kind === "duplicates") return words().search.findDuplicates;
  if (kind === "text") return words().search.searchFor(value);
  return kind === "word" ? value : valueInWords(kind, value);
}

function SuggestionIcon({ kind, value }: { kind: Suggested; value: string }) {
  if (kind === "colours") return <Swatch colour={value} />;
  if (kind === "places") return <Pin />;
  if (kind === "cameras" || kind === "lenses") return <Camera />;
  if (kind === "time") return <Calendar />;
  if (kind === "kinds" || kind === "states") return <Film />;
  if (kind === "orientation") return <Frame />;
  return kind === "duplicates" ? <Copies /> : <Search />;
}
