import { type Signal, useSignal } from "@preact/signals";
import { flushSync } from "preact/compat";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

import { words } from "../words/language";
import { Cross, Search } from "./icons";
import { isCommand, useKeys } from "./keys";
import type { ListProps } from "./list";
import { Loaded } from "./loaded";
import { useReading } from "./reading";
import { listAddress, searchAddress } from "./routes";

/** Everything but the field is code that only those need who search. */
const load = () => import("./search");

/** What the field and its suggestions tell each other. */
export interface Typing {
  text: Signal<string>;
  /** The option that is marked, as its id; undefined for the text itself. */
  marked: Signal<string | undefined>;
  /** Whether suggestions are shown. */
  listed: Signal<boolean>;
  /** A key was pressed; whether the suggestions took it. */
  press: { current: (event: KeyboardEvent) => boolean };
  /** Leave the field: something else is looked at now. */
  leave(): void;
}

/**
 * The field in the page's bar, which `/` focuses. On a phone it is an icon until it is needed. `search`
 * is what is shown, if it was searched for.
 */
export function SearchField(props: { search: string | undefined; isList: boolean }) {
  const { search, isList } = props;
  const say = words();
  const shown = new URLSearchParams(search).get("q") ?? "";
  const text = useSignal(shown);
  const marked = useSignal<string | undefined>(undefined);
  const listed = useSignal(false);
  /** Whether it has the focus, and suggestions are wanted. */
  const wanted = useSignal(false);
  /** Whether it is open on a phone. */
  const opened = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const press = useRef<(event: KeyboardEvent) => boolean>(() => false);
  const closing = useRef(false);
  const typing = useRef<Typing>({ text, marked, listed, press, leave });
  const code = useReading(wanted.value ? load : undefined, [wanted.value]);
  const Suggestions = wanted.value ? code.value?.Suggestions : undefined;
  const isSearch = isList && search !== undefined;

  useEffect(() => {
    text.value = shown;
  }, [shown, search]);

  useKeys((event) => {
    if (event.key !== "/" || isCommand(event)) return;
    const isTyping = event.target instanceof Element && event.target.closest(TYPED_INTO);
    if (isTyping || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    open();
  });

  // A tap elsewhere closes the field of a phone, which may not have the focus any more.
  useLayoutEffect(() => {
    if (!wanted.value) opened.value = false;
  }, [wanted.value]);

  useEffect(() => {
    if (!closing.current || isSearch || opened.value) return;
    const { current: icon } = opener;
    (icon?.offsetParent ? icon : field.current)?.focus({ preventScroll: true });
    closing.current = false;
  });

  function open(): void {
    flushSync(() => {
      opened.value = true;
    });
    field.current?.focus(); // in this very event: otherwise phones show no keyboard
    field.current?.select();
  }

  function leave(): void {
    wanted.value = false;
    listed.value = false;
    marked.value = undefined;
    field.current?.blur();
  }

  /** The button that is pressed for it goes, too: the focus stays here. */
  function close(): void {
    closing.current = true;
    text.value = "";
    opened.value = false;
    leave();
    if (isSearch) location.hash = listAddress();
  }

  function submit(event: Event): void {
    event.preventDefault();
    leave();
    const said = new URLSearchParams(isSearch ? search : "");
    for (const other of ["like", "duplicates"]) said.delete(other);
    if (text.value.trim()) said.set("q", text.value);
    else said.delete("q");
    location.hash = searchAddress(said.toString());
  }

  return (
    <form
      class={opened.value || isSearch ? "search open" : "search"}
      role="search"
      aria-label={say.search.yourFiles}
      onSubmit={submit}
      onFocusOut={(event) => {
        const to = event.relatedTarget;
        if (!(to instanceof Node && event.currentTarget.contains(to))) wanted.value = false;
      }}
    >
      <button
        ref={opener}
        type="button"
        class="icon-button search-opener"
        aria-label={say.search.search}
        title={say.search.search}
        onClick={open}
      >
        <Search />
      </button>
      <div class="search-box">
        <Search />
        <input
          ref={field}
          type="search"
          name="q"
          role="combobox"
          aria-label={say.search.search}
          aria-autocomplete="list"
          aria-expanded={listed.value}
          aria-controls="suggestions"
          aria-activedescendant={marked.value}
          autoComplete="off"
          autoCapitalize="off"
          spellcheck={false}
          enterkeyhint="search"
          maxLength={200}
          placeholder={say.search.search}
          value={text.value}
          onFocus={() => {
            wanted.value = !closing.current;
          }}
          onInput={(event) => {
            wanted.value = true;
            text.value = event.currentTarget.value;
          }}
          onKeyDown={(event) => {
            if (event.isComposing || press.current(event) || event.key !== "Escape") return;
            event.preventDefault(); // the browser would empty it
            if (opened.value && !isSearch) close();
            else leave();
          }}
        />
        {!text.value && !isSearch && !wanted.value && (
          <kbd class="search-key" aria-hidden="true">
            /
          </kbd>
        )}
        <button
          type="button"
          class="icon-button search-close"
          aria-label={say.search.close}
          title={say.search.close}
          hidden={!isSearch && !text.value && !opened.value}
          onClick={close}
        >
          <Cross />
        </button>
      </div>
      {Suggestions && (
        <Suggestions typing={typing.current} search={isSearch ? search : undefined} />
      )}
    </form>
  );
}

/** What a `/` is typed into. */
const TYPED_INTO = "input:not([type=checkbox], [type=radio]), select, textarea";

/** The results of a search. */
export function SearchResults(props: ListProps & { search: string }) {
  const say = words().search;
  return (
    <Loaded load={load} notLoaded={say.notLoaded} until={say.searching}>
      {({ Results }) => <Results {...props} />}
    </Loaded>
  );
}
