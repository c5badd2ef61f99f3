import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { bytes, day, list, number, roughly } from "../src/format";
import type { Noun } from "../src/kinds";
import { hasStored, store } from "../src/storage";
import { endInWords, reasonInWords, rejectInWords } from "../src/told";
import { foundInWords } from "../src/ui/search-words";
import { keyInOrder, show, type Tongue, tongueFor, words } from "../src/words/language";
import { words as german } from "../src/words/de";
import { words as english } from "../src/words/en";
import { ENGLISH } from "./english";

const GERMAN: Tongue = { language: "de", locale: "de-DE", direction: "ltr" };
const MIRRORED = tongueFor(undefined, ["ar-XB"]);
const NOUNS: readonly Noun[] = ["photo", "video", "table", "file"];

const sources = import.meta.glob<string>("../src/words/de/*.ts", {
  query: "?raw",
  import: "default",
  eager: true,
});

beforeEach(() => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem(name: string, value: string) {
      kept.set(name, value);
      Object.defineProperty(this, name, { value, enumerable: true, configurable: true });
    },
  };
  for (const name of ["getItem", "setItem"])
    Object.defineProperty(storage, name, { enumerable: false });
  vi.stubGlobal("localStorage", storage);
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await show(ENGLISH);
});

test.each([
  [undefined, ["en-GB", "de"], "en", "en-GB"],
  [undefined, ["de-AT", "en"], "de", "de-AT"],
  [undefined, ["fr-FR", "de", "en"], "de", "de"],
  [undefined, ["fr-FR", "ja"], "en", "en-GB"],
  [undefined, [], "en", "en-GB"],
  [undefined, ["en-US@posix"], "en", "en-GB"], // what Chromium says without a language of its own
  ["de", ["en-US"], "de", "de-DE"],
  ["de", ["en-US", "de-CH"], "de", "de-CH"],
  ["toString", ["de"], "de", "de"],
  [7, ["de"], "de", "de"],
])("with the choice %j a browser that asks for %j is shown %s as %s", (choice, asked, ...shown) => {
  const { language, locale } = tongueFor(choice, asked);

  expect([language, locale]).toEqual(shown);
});

test("a language that was chosen is no trace of a session", () => {
  store("language", "de");
  expect(hasStored()).toBe(false);

  store("guest.pool", "identity");
  expect(hasStored()).toBe(true);
});

/** The names of all texts of a language, each with what it is. */
function textsOf(tree: object, path = ""): string[] {
  return Object.entries(tree).flatMap(([name, one]) => {
    const at = `${path}/${name}`;
    return typeof one === "object" && one ? textsOf(one, at) : [`${at} ${typeof one}`];
  });
}

/** What one language has alone: names for what the stack calls in English. */
const OWN = /^\/(told|photo\/stepNames|tables\/notes|search\/typed)\b/;

test("both languages have the same texts", () => {
  const shared = (texts: string[]) => texts.filter((one) => !OWN.test(one)).sort();

  expect(shared(textsOf(german))).toEqual(shared(textsOf(english)));
  expect(textsOf(english).length).toBeGreaterThan(400);
});

test.each([
  [0, "0 photos", "0 Fotos", "0 Tabellen"],
  [1, "1 photo", "1 Foto", "1 Tabelle"],
  [2, "2 photos", "2 Fotos", "2 Tabellen"],
  [5, "5 photos", "5 Fotos", "5 Tabellen"],
  [1234, "1,234 photos", "1.234 Fotos", "1.234 Tabellen"],
])("%i files are counted in either language", async (count, photos, fotos, tabellen) => {
  expect(words().gallery.count(count, "photo")).toBe(photos);
  expect(foundInWords(count, "photo")).toBe(`${photos} found`);

  await show(GERMAN);

  expect(words().gallery.count(count, "photo")).toBe(fotos);
  expect(words().gallery.count(count, "table")).toBe(tabellen);
  expect(foundInWords(count, "photo")).toBe(`${fotos} gefunden`);
});

test("German has the verb in the number of its subject, and the article of its noun", async () => {
  await show(GERMAN);
  const { library, photo, uploads } = words();

  expect(library.notBinned(1, "photo")).toBe(
    "1 Foto konnte nicht in den Papierkorb gelegt werden.",
  );
  expect(library.notBinned(2, "table")).toBe(
    "2 Tabellen konnten nicht in den Papierkorb gelegt werden.",
  );
  expect(photo.deleteTitle("video")).toBe("Dieses Video löschen?");
  expect(photo.deleteTitle("file")).toBe("Diese Datei löschen?");
  expect(uploads.cancelled(1, "table")).toBe(
    "1 Tabelle, die noch nicht angekommen ist, wird nicht hochgeladen.",
  );
  expect(uploads.cancelled(5, "photo")).toBe(
    "5 Fotos, die noch nicht angekommen sind, werden nicht hochgeladen.",
  );
});

test("every text that counts files has a number of its own for each noun", async () => {
  for (const tongue of [ENGLISH, GERMAN]) {
    await show(tongue);
    for (const noun of NOUNS) {
      const texts = [0, 1, 2, 5].map((count) => words().uploads.notUploaded(count, noun));
      expect(new Set(texts).size).toBe(4);
    }
  }
});

test("numbers, sizes, dates and lists are written as the language writes them", async () => {
  await show(GERMAN);

  expect(number(1234.5)).toBe("1.234,5");
  expect(bytes(3_400_000)).toBe("3,4 MB");
  expect(day(new Date(2026, 11, 1))).toBe("1. Dezember 2026");
  expect(list(["Fotos", "Videos", "Tabellen"])).toBe("Fotos, Videos und Tabellen");
  expect(roughly(60_000)).toBe("etwa 1 Minute");
  expect(roughly(3 * 3_600_000)).toBe("etwa 3 Stunden");
});

const ENGLISH_WORDS =
  /\b(the|and|your|you|are|is|not|with|of|to|it|this|that|could|from|for|has|have|will|can|please|be|been|made|any|more|there|when|which|until|again|delete|loading|all|no|yes|or|by|on|at|they|them)\b/i;
/** What people are called who are addressed formally. */
const FORMAL = /\b(Ihnen|Ihre?[mnrs]?)\b/;

/** What is written for people in a file of texts: its strings without names, codes and code. */
function writtenIn(source: string): string[] {
  return (
    source
      .replace(/\/\*\*[\s\S]*?\*\/|\/\/.*|^import [^;]*;/gm, "")
      .replace(/"[^"]*":|=== "[^"]*"|\["[^"]*", "[^"]*"\]/g, "")
      .replace(/\$\{[^{}]*\}/g, "…")
      .match(/"(?:[^"\\]|\\.)*"|`[^`]*`/g) ?? []
  );
}

test.each(Object.entries(sources))("%s is German, and calls people du", (_, source) => {
  const written = writtenIn(source);

  expect(written.filter((text) => ENGLISH_WORDS.test(text))).toEqual([]);
  expect(written.filter((text) => FORMAL.test(text))).toEqual([]);
});

test("what is looked for is what is written", () => {
  const all = Object.values(sources).flatMap(writtenIn);

  expect(all.length).toBeGreaterThan(400);
  expect(all).toContain('"Bitte noch einmal auswählen"');
});

test("what the stack says is told by its code, and as it came where there are no words for it", async () => {
  const refused = { reason: "password", message: "This workbook has a password." };
  const unknown = { reason: "haunted", message: "This file is haunted." };
  const ready = { message: "Your photo is ready." };
  const reject = { reason: "not-date", explanation: "The value is not a date." };

  expect(endInWords("rejected", "table", refused)).toBe(refused.message);
  expect(endInWords("processed", "photo", ready)).toBe(ready.message);
  expect(rejectInWords(reject)).toBe(reject.explanation);

  await show(GERMAN);

  expect(endInWords("rejected", "table", refused)).toMatch(/^Diese Arbeitsmappe hat ein Passwort/);
  expect(endInWords("rejected", "photo", unknown)).toBe(unknown.message);
  expect(endInWords("processed", "photo", ready)).toBe("Dein Foto ist fertig.");
  expect(endInWords("processed", "table", ready)).toBe("Deine Tabelle ist fertig.");
  expect(rejectInWords(reject)).toBe("Der Wert ist kein Datum.");
  expect(rejectInWords({ reason: "haunted", explanation: "It is haunted." })).toBe(
    "It is haunted.",
  );
});

test("a code means something else for a step that is done", async () => {
  await show(GERMAN);
  const told = { reason: "truncated", message: "The file ends early." };

  expect(reasonInWords("done", told)).toMatch(/^Die Datei hört vorzeitig auf/);
  expect(reasonInWords("rejected", told)).toMatch(/^Diese Datei ist unvollständig/);
  expect(reasonInWords("done", {})).toBeUndefined();
});

test("from right to left there are English texts with Arabic digits, and arrows lead the other way", async () => {
  expect(keyInOrder("ArrowLeft")).toBe("ArrowLeft");

  await show(MIRRORED);

  expect(MIRRORED.direction).toBe("rtl");
  expect(words().gallery.count(12, "photo")).toBe("١٢ photos");
  expect(words().gallery.count(1, "photo")).toBe("١ photo");
  expect(keyInOrder("ArrowLeft")).toBe("ArrowRight");
  expect(keyInOrder("Escape")).toBe("Escape");
});

test("style sheets name no side but where lines begin and end", () => {
  const sheets = import.meta.glob<string>("../src/style/*.css", {
    query: "?raw",
    import: "default",
    eager: true,
  });
  const sided = Object.entries(sheets).flatMap(([name, sheet]) =>
    (
      sheet.match(
        /^\s*(?:(?:margin|padding|border)-)?(?:left|right):.*|text-align: (?:left|right)/gm,
      ) ?? []
    ).map((found) => `${name}: ${found}`),
  );

  expect(Object.keys(sheets).length).toBeGreaterThan(10);
  expect(sided).toEqual([]);
});
