import type { ComponentChildren } from "preact";

/** A titled section beside a photo. */
export function Card(props: { title: string; children: ComponentChildren }) {
  return (
    <section class="card" aria-label={props.title}>
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}
