/** What the texts of all languages are made with. */

import type { ComponentChild } from "preact";

import { number } from "../format";
import { perLocale } from "./language";

/** Forms by the number of things, as the rules of a language tell them apart. */
export type Forms<T = string> = { other: T } & Partial<Record<Intl.LDMLPluralRule, T>>;

const rules = perLocale((locale) => new Intl.PluralRules(locale));

/** The form for so many. */
export function form<T>(count: number, forms: Forms<T>): T {
  return forms[rules().select(count)] ?? forms.other;
}

/** A number and what is counted: `1 photo`, `2 photos`. */
export function counted(count: number, forms: Forms): string {
  return `${number(count)} ${form(count, forms)}`;
}

/** A sentence in which something is marked up: a name, a link. */
export type Rich = ComponentChild[];

/** A sentence whose places hold what is marked up. */
export function rich(texts: TemplateStringsArray, ...parts: ComponentChild[]): Rich {
  return texts.flatMap((text, at) => (at < parts.length ? [text, parts[at]] : [text]));
}
