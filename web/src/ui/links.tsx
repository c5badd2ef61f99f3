/** Links: the dialog that makes one, and the list of all that a user has. Loaded when it is needed. */

import "../style/links.css";

import { useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { type Link, Links, MOST_FILES, type NewLink } from "../cloud/links";
import { moment } from "../format";
import { kindOf, type Noun, nounOf } from "../kinds";
import { words } from "../words/language";
import { type Attempt, useAttempt } from "./attempt";
import { staysOpen } from "./busy-dialog";
import { type ListProps, useList } from "./list";
import { Question } from "./question";
import { ReadingProblem, useReading } from "./reading";
import { LINKS, listAddress } from "./routes";
import { useStore } from "./store";

const MOST_CHARACTERS = 100;
const DAYS = [1, 7, 30] as const;
const USUAL_DAYS = 7;

/** This user's links; undefined for a guest. */
function useLinks(): Links | undefined {
  const { cloud } = useStore();
  return useMemo(() => Links.of(cloud.deployment, cloud.session), [cloud]);
}

/** A dialog that makes a link to the files with these keys, and then shows it. */
export function LinkDialog(props: { keys: readonly string[]; onClose: () => void }) {
  const { gallery } = useStore();
  /** As they were selected when it opened. */
  const [keys] = useState(props.keys);
  const [made, setMade] = useState<NewLink>();
  const making = useAttempt(); // its dialog stays open: nobody is told the address again
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const entries = gallery.entries.peek();
  const noun = nounOf(keys.map((key) => kindOf(entries.get(key) ?? {})));
  const say = words().links;

  useLayoutEffect(() => dialog.current?.showModal(), []);

  useLayoutEffect(() => {
    if (made) dialog.current?.focus(); // the form that had the focus is gone
  }, [made]);

  const close = () => dialog.current?.close();
  return (
    <dialog
      ref={dialog}
      tabIndex={-1}
      aria-labelledby={title}
      onClose={props.onClose}
      {...staysOpen(making.busy)}
    >
      <h2 id={title}>{made ? say.yourLink : say.makeTitle(keys.length, noun)}</h2>
      {made ? (
        <Made link={made} noun={noun} close={close} />
      ) : (
        <Form keys={keys} noun={noun} making={making} onMade={setMade} close={close} />
      )}
    </dialog>
  );
}

function Form(props: {
  keys: readonly string[];
  noun: Noun;
  making: Attempt;
  onMade: (link: NewLink) => void;
  close: () => void;
}) {
  const { keys, noun } = props;
  const say = words();
  const links = useLinks();
  const [title, setTitle] = useState("");
  const [days, setDays] = useState<number>(USUAL_DAYS);
  const { busy, problem, attempt } = props.making;
  const isTooMany = keys.length > MOST_FILES;

  async function make(): Promise<void> {
    if (links) props.onMade(await links.make(keys, title.trim(), days));
  }

  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isTooMany) void attempt(make);
      }}
    >
      <p>{say.links.what(keys.length, noun)}</p>
      <label>
        {say.links.title}
        <input
          type="text"
          name="title"
          value={title}
          maxLength={MOST_CHARACTERS}
          autoComplete="off"
          onInput={(event) => setTitle(event.currentTarget.value)}
        />
      </label>
      <fieldset class="link-days">
        <legend>{say.links.worksFor}</legend>
        {DAYS.map((number) => (
          <label key={number}>
            <input
              type="radio"
              name="days"
              checked={days === number}
              onChange={() => setDays(number)}
            />
            {say.links.days[number]}
          </label>
        ))}
      </fieldset>
      <p class="problem" role="alert">
        {isTooMany ? say.links.tooMany(MOST_FILES) : problem}
      </p>
      <div class="dialog-buttons">
        <button
          type="button"
          class="button"
          aria-disabled={busy}
          onClick={() => {
            if (!busy) props.close();
          }}
        >
          {say.common.cancel}
        </button>
        <button type="submit" class="button primary" aria-disabled={busy || isTooMany}>
          {busy ? say.common.oneMoment : say.links.makeIt}
        </button>
      </div>
    </form>
  );
}

/** A link that was just made: its address, which is shown this once. */
function Made(props: { link: NewLink; noun: Noun; close: () => void }) {
  const { link, noun } = props;
  const say = words();
  const { problem, attempt } = useAttempt();
  const [copied, setCopied] = useState(false);
  return (
    <>
      <input
        class="link-address"
        type="text"
        readOnly
        aria-label={say.links.address}
        value={link.address}
        onFocus={(event) => event.currentTarget.select()}
      />
      <p role="status">
        {copied && `${say.links.copied} `}
        {say.links.until(link.files, noun, moment(link.ends_at))}
      </p>
      <p class="hint">
        {say.links.copyNow((yourLinks) => (
          <a href={listAddress(LINKS)} onClick={props.close}>
            {yourLinks}
          </a>
        ))}
      </p>
      {problem && (
        <p class="problem" role="alert">
          {say.links.notCopied} {problem}
        </p>
      )}
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={props.close}>
          {say.common.close}
        </button>
        <button
          type="button"
          class="button primary"
          onClick={() =>
            void attempt(async () => {
              await navigator.clipboard.writeText(link.address);
              setCopied(true);
            })
          }
        >
          {say.links.copy}
        </button>
      </div>
    </>
  );
}

/** All links that a user has: what each shows and until when, and the way to end it. */
export function LinkList(props: ListProps) {
  const links = useLinks();
  const say = words();
  const place = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const reading = useReading(links && (() => links.list()), [links]);
  const [ended, setEnded] = useState<ReadonlySet<string>>(new Set());
  const open = reading.value?.filter(({ id }) => !ended.has(id));

  useList(place, props, { title: say.links.yourLinks });

  // The button that led here may still have the focus.
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), []);

  return (
    <section class="links" ref={place}>
      <h1 ref={heading} tabIndex={-1}>
        {say.links.yourLinks}
      </h1>
      <p class="hint">{say.links.hint}</p>
      {reading.problem && (
        <ReadingProblem
          said={say.links.notLoaded}
          problem={reading.problem}
          retry={reading.retry}
        />
      )}
      {links && !open && !reading.problem && <p role="status">{say.common.loading}</p>}
      {!links && <p>{say.links.notForGuests}</p>}
      {open?.length === 0 && <p role="status">{say.links.none}</p>}
      <ul>
        {open?.map((link) => (
          <Row
            key={link.id}
            link={link}
            end={async () => links?.end(link.id)}
            onEnded={() => {
              setEnded((before) => new Set([...before, link.id]));
              heading.current?.focus({ preventScroll: true });
            }}
          />
        ))}
      </ul>
    </section>
  );
}

function Row(props: { link: Link; end: () => Promise<void>; onEnded: () => void }) {
  const { link } = props;
  const { busy, problem, attempt } = useAttempt();
  const dialog = useRef<HTMLDialogElement>(null);
  const say = words();
  const name = link.title || say.links.files(link.files);
  const until = moment(link.ends_at);

  async function end(): Promise<void> {
    await props.end();
    dialog.current?.close(); // before the focus goes elsewhere
    props.onEnded();
  }

  return (
    <li class="card">
      <h2>
        <bdi>{name}</bdi>
      </h2>
      <p>{link.title ? say.links.filesUntil(link.files, until) : say.links.ends(until)}</p>
      <button
        type="button"
        class="button danger"
        aria-label={say.links.endOne(name)}
        onClick={() => dialog.current?.showModal()}
      >
        {say.links.end}
      </button>
      <Question
        dialog={dialog}
        title={say.links.endTitle}
        no={say.common.keepIt}
        yes={say.links.endIt}
        busy={busy}
        onYes={() => void attempt(end)}
      >
        <p>{say.links.loss(<bdi>{name}</bdi>)}</p>
        {problem && (
          <p class="problem" role="alert">
            {say.links.notEnded} {problem}
          </p>
        )}
      </Question>
    </li>
  );
}
