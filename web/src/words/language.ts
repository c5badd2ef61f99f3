/**
 * The language of the page: its texts, and how numbers and dates are written in it. Only the texts of
 * the language that is shown are loaded.
 */

import { signal } from "@preact/signals";

import { FIRST_PAUSE_MS, nextPause } from "../pauses";
import { LANGUAGE, readStored, removeStored, store } from "../storage";
import type { Words } from "./en";

/** The languages of the page, each as it calls itself. */
export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

/** Where numbers and dates are from if the browser does not say which country it is in. */
const LOCALES: Record<Language, string> = { en: "en-GB", de: "de-DE" };

/** Tests ask for it, and no browser by itself: English texts from right to left, with Arabic digits. */
const MIRRORED = "ar-XB";

export interface Tongue {
  language: Language;
  /** How numbers and dates are written. */
  locale: string;
  direction: "ltr" | "rtl";
}

const load: Record<Language, () => Promise<{ words: Words }>> = {
  en: () => import("./en"),
  de: () => import("./de"),
};

const shown = signal<(Tongue & { words: Words }) | undefined>(undefined);

/** All texts of the page. A component that asks for them is drawn again when the language changes. */
export function words(): Words {
  if (!shown.value) throw new Error("The texts of no language have been loaded.");
  return shown.value.words;
}

/** The language that is shown; undefined until it was loaded. */
export function tongue(): Tongue | undefined {
  return shown.value;
}

/** Whether lines begin at the right. */
export function isMirrored(): boolean {
  return shown.value?.direction === "rtl";
}

/** The key that means the same where lines begin at the left: arrows lead back and on, not aside. */
export function keyInOrder(key: string): string {
  if (!isMirrored()) return key;
  return { ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" }[key] ?? key;
}

/** Something that is made once for a locale: Intl takes its time. */
export function perLocale<T>(make: (locale: string | undefined) => T): () => T {
  let made: { locale: string | undefined; value: T } | undefined;
  return () => {
    const locale = shown.value?.locale;
    if (!made || made.locale !== locale) made = { locale, value: make(locale) };
    return made.value;
  };
}

/** What was chosen; or else the first of the browser's languages that the page has, or English. */
export function tongueFor(choice: unknown, asked: readonly string[]): Tongue {
  if (asked[0] === MIRRORED) return { language: "en", locale: "ar-EG-u-nu-arab", direction: "rtl" };
  const known = asked.filter(isLocale).map((locale) => ({ locale, language: languageOf(locale) }));
  const language = isLanguage(choice)
    ? choice
    : (known.map((one) => one.language).find(isLanguage) ?? "en");
  const locale = known.find((one) => one.language === language)?.locale ?? LOCALES[language];
  return { language, locale, direction: "ltr" };
}

/** Show the page in this language, once its texts are there. */
export async function show(wanted: Tongue): Promise<void> {
  const { words } = await load[wanted.language]();
  shown.value = { ...wanted, words };
}

/** Show the page in the language that its reader wants: without texts there is nothing to show. */
export async function start(): Promise<void> {
  const wanted = tongueFor(chosenLanguage(), navigator.languages);
  for (let pause = FIRST_PAUSE_MS; ; pause = nextPause(pause)) {
    try {
      await show(wanted);
      return;
    } catch {
      // Its texts could not be loaded: offline, or a new deployment has others. Tried again.
      await new Promise((again) => setTimeout(again, pause));
    }
  }
}

/** What somebody has chosen in this browser; undefined for what the browser asks for. */
export function chosenLanguage(): Language | undefined {
  const stored = readStored(LANGUAGE);
  return isLanguage(stored) ? stored : undefined;
}

/** Show this language from now on; undefined for what the browser asks for. */
export async function chooseLanguage(choice: Language | undefined): Promise<void> {
  await show(tongueFor(choice, navigator.languages));
  if (choice) store(LANGUAGE, choice);
  else removeStored(LANGUAGE);
}

function isLanguage(value: unknown): value is Language {
  return typeof value === "string" && Object.hasOwn(LANGUAGES, value);
}

function languageOf(locale: string): string {
  return new Intl.Locale(locale).language;
}

/** Whether Intl takes it: Chromium without a language of its own says `en-US@posix`. */
function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}
