/** What files are called, and what goes with it. */

import type { Noun } from "../../kinds";
import { counted } from "../forms";

const NOUNS: Record<Noun, { one: string; other: string; isFeminine: boolean }> = {
  photo: { one: "Foto", other: "Fotos", isFeminine: false },
  video: { one: "Video", other: "Videos", isFeminine: false },
  table: { one: "Tabelle", other: "Tabellen", isFeminine: true },
  file: { one: "Datei", other: "Dateien", isFeminine: true },
};

export const one = (noun: Noun) => NOUNS[noun].one;
export const many = (noun: Noun) => NOUNS[noun].other;
export const files = (number: number, noun: Noun) => counted(number, NOUNS[noun]);
export const days = (number: number) => counted(number, { one: "Tag", other: "Tage" });

/** What goes with a noun: the form for neuter nouns, or that for feminine ones. */
export const byGender = (noun: Noun, neuter: string, feminine: string) =>
  NOUNS[noun].isFeminine ? feminine : neuter;

/** `dieses Foto`, `diese Tabelle`: nominative and accusative are the same. */
export const thisOne = (noun: Noun) => `${byGender(noun, "dieses", "diese")} ${one(noun)}`;
