import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { readRejects, type TableProfile } from "../cloud/table-profile";
import { number } from "../format";
import { rejectInWords } from "../told";
import { words } from "../words/language";
import { ReadingProblem, useReading } from "./reading";
import { useStore } from "./store";
import { isNumber, typeInWords } from "./table-words";

/** Of more rows and values that were left out, these are shown at first. */
const FIRST_REJECTS = 20;

/** The id of the heading of what was left out. */
export const LEFT_OUT = "left-out";

/** A table that is scrolled within its frame, by the keyboard, too: the page never is sideways. */
function ScrollTable(props: { label: string; children: ComponentChildren }) {
  return (
    <div class="table-scroll" role="region" aria-label={props.label} tabIndex={0}>
      <table>{props.children}</table>
    </div>
  );
}

/** The first rows of a table, under the names and types of its columns. */
export function FirstRows(props: { profile: TableProfile }) {
  const { columns, preview, rows } = props.profile;
  const say = words().tables;
  return (
    <section class="table-part">
      <h2>{preview.length < rows ? say.theFirst(preview.length) : say.allRows}</h2>
      <ScrollTable label={say.firstRows}>
        <thead>
          <tr>
            <th scope="col">
              <span class="visually-hidden">{say.number}</span>
            </th>
            {columns.map((column) => (
              <th key={column.name} scope="col" class={isNumber(column) ? "number" : undefined}>
                <bdi>{column.name}</bdi>
                <span class="hint">{typeInWords(column)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.map((row, index) => (
            <tr key={index}>
              <th scope="row">{index + 1}</th>
              {row.map((value, at) => (
                <Cell key={at} value={value} isNumber={isNumber(columns[at] ?? { type: "text" })} />
              ))}
            </tr>
          ))}
        </tbody>
      </ScrollTable>
    </section>
  );
}

function Cell(props: { value: string | null; isNumber: boolean }) {
  const { value } = props;
  if (value === null) return <td class="no-value">{words().tables.noValue}</td>;
  return (
    <td class={props.isNumber ? "number" : undefined} title={value.length > 40 ? value : undefined}>
      <bdi>{value}</bdi>
    </td>
  );
}

/** The rows and values that break apart: how many for which reason, and the first of them. */
export function LeftOut(props: { profile: TableProfile; rejects: string }) {
  const { cloud } = useStore();
  const { profile, rejects } = props;
  const say = words().tables;
  const [all, setAll] = useState(false);
  const counts = Object.entries(profile.rejected);
  const total = counts.reduce((sum, [, times]) => sum + times, 0);
  const read = async () => readRejects(await cloud.text(rejects));
  const reading = useReading(total > 0 ? read : undefined, [rejects]);
  if (total === 0) return null;
  const told = reading.value ?? [];
  const sentences = new Map(told.map((reject) => [reject.reason, rejectInWords(reject)]));
  const shown = all ? told : told.slice(0, FIRST_REJECTS);
  return (
    <section class="table-part">
      <h2 id={LEFT_OUT} tabIndex={-1}>
        {say.whatWasLeftOut}
      </h2>
      {reading.problem && (
        <ReadingProblem
          said={say.leftOutNotLoaded}
          problem={reading.problem}
          retry={reading.retry}
        />
      )}
      {reading.value && (
        <>
          <ul class="table-reasons">
            {counts.map(([reason, times]) => (
              <li key={reason}>
                <b>{number(times)}</b> {sentences.get(reason) ?? reason}
              </li>
            ))}
          </ul>
          <ScrollTable label={say.whatWasLeftOut}>
            <thead>
              <tr>
                <th scope="col" class="number">
                  {profile.sheet === undefined ? say.line : say.row}
                </th>
                <th scope="col">{say.column}</th>
                <th scope="col">{say.why}</th>
                <th scope="col">{say.text}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((reject, index) => (
                <tr key={index}>
                  <td class="number">{reject.line || say.unknown}</td>
                  <td>{reject.column ? <bdi>{reject.column}</bdi> : say.wholeRow}</td>
                  <td>{rejectInWords(reject)}</td>
                  <td title={reject.text.length > 40 ? reject.text : undefined}>
                    <bdi>{reject.text}</bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </ScrollTable>
          {told.length < total && (
            <p class="hint">{say.onlyFirst(number(told.length), number(total))}</p>
          )}
          {shown.length < told.length && (
            <button type="button" class="button small" onClick={() => setAll(true)}>
              {say.showAll(number(told.length))}
            </button>
          )}
        </>
      )}
    </section>
  );
}
