import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { readRejects, type TableProfile } from "../cloud/table-profile";
import { count } from "../format";
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
  return (
    <section class="table-part">
      <h2>{preview.length < rows ? `The first ${count(preview.length, "row")}` : "All rows"}</h2>
      <ScrollTable label="First rows">
        <thead>
          <tr>
            <th scope="col">
              <span class="visually-hidden">Number</span>
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
  if (value === null) return <td class="no-value">empty</td>;
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
  const [all, setAll] = useState(false);
  const counts = Object.entries(profile.rejected);
  const total = counts.reduce((sum, [, number]) => sum + number, 0);
  const read = async () => readRejects(await cloud.text(rejects));
  const reading = useReading(total > 0 ? read : undefined, [rejects]);
  if (total === 0) return null;
  const told = reading.value ?? [];
  const sentences = new Map(told.map(({ reason, explanation }) => [reason, explanation]));
  const shown = all ? told : told.slice(0, FIRST_REJECTS);
  return (
    <section class="table-part">
      <h2 id={LEFT_OUT} tabIndex={-1}>
        What was left out
      </h2>
      {reading.problem && (
        <ReadingProblem what="It" problem={reading.problem} retry={reading.retry} />
      )}
      {reading.value && (
        <>
          <ul class="table-reasons">
            {counts.map(([reason, number]) => (
              <li key={reason}>
                <b>{number.toLocaleString()}</b> {sentences.get(reason) ?? reason}
              </li>
            ))}
          </ul>
          <ScrollTable label="What was left out">
            <thead>
              <tr>
                <th scope="col" class="number">
                  Line
                </th>
                <th scope="col">Column</th>
                <th scope="col">Why</th>
                <th scope="col">Text</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((reject, index) => (
                <tr key={index}>
                  <td class="number">{reject.line || "unknown"}</td>
                  <td>{reject.column ? <bdi>{reject.column}</bdi> : "the whole row"}</td>
                  <td>{reject.explanation}</td>
                  <td title={reject.text.length > 40 ? reject.text : undefined}>
                    <bdi>{reject.text}</bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </ScrollTable>
          {told.length < total && (
            <p class="hint">
              Only the first {told.length.toLocaleString()} of {total.toLocaleString()} are listed.
            </p>
          )}
          {shown.length < told.length && (
            <button type="button" class="button small" onClick={() => setAll(true)}>
              Show all {told.length.toLocaleString()}
            </button>
          )}
        </>
      )}
    </section>
  );
}
