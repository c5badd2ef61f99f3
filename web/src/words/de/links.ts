import type { links as English } from "../en/links";
import { counted, form, rich } from "../forms";
import { byGender, files, one, thisOne } from "./nouns";

export const links: typeof English = {
  make: "Link anlegen",
  formNotLoaded: "Das Formular für Links konnte nicht geladen werden.",
  makeTitle: (number, noun) =>
    form(number, {
      one: `Link zu ${byGender(noun, "diesem", "dieser")} ${one(noun)} anlegen`,
      other: `Link zu ${files(number, noun)} anlegen`,
    }),
  what: (number, noun) =>
    form(number, {
      one: `Er zeigt ${thisOne(noun)} ohne den Aufnahmeort allen, die den Link haben. Sie brauchen kein Konto.`,
      other: `Er zeigt ${files(number, noun)} ohne die Aufnahmeorte allen, die den Link haben. Sie brauchen kein Konto.`,
    }),
  title: "Titel, wenn du magst",
  worksFor: "Er gilt",
  days: { 1: "Einen Tag", 7: "Eine Woche", 30: "30 Tage" },
  tooMany: (most) => `Ein Link zeigt höchstens ${most} Dateien. Wähle weniger aus.`,
  makeIt: "Link anlegen",

  yourLink: "Dein Link",
  address: "Adresse des Links",
  copied: "Er ist kopiert.",
  until: (number, noun, end) =>
    form(number, {
      one: `Er zeigt ${thisOne(noun)} ohne den Aufnahmeort bis ${end}, oder bis du ihn beendest.`,
      other: `Er zeigt ${files(number, noun)} ohne die Aufnahmeorte bis ${end}, oder bis du ihn beendest.`,
    }),
  copyNow: (links) =>
    rich`Kopiere ihn jetzt: Niemand kann ihn dir noch einmal zeigen. Wer ihn hat, kann ihn weitergeben. Beenden kannst du ihn unter ${links("Deine Links")}.`,
  notCopied: "Es wurde nichts kopiert.",
  copy: "Link kopieren",

  yourLinks: "Deine Links",
  notLoaded: "Deine Links konnten nicht geladen werden.",
  hint: "Wer einen Link hat, sieht, was er zeigt, bis er endet. Eine Datei, die du löschst, verschwindet daraus. Die Adressen selbst werden nicht gespeichert: Lege einen neuen Link an, wenn du einen verloren hast.",
  notForGuests: "Gäste legen keine Links an. Mit einem Konto kannst du es.",
  none: "Du hast keine Links.",
  files: (number) => counted(number, { one: "Datei", other: "Dateien" }),
  ends: (end) => `bis ${end}`,
  filesUntil: (number, end) => `${counted(number, { one: "Datei", other: "Dateien" })}, bis ${end}`,
  endOne: (name) => `Den Link ${name} beenden`,
  end: "Link beenden",
  endTitle: "Diesen Link beenden?",
  endIt: "Beenden",
  loss: (name) => rich`Wer den Link zu ${name} hat, sieht ab jetzt nichts mehr.`,
  notEnded: "Der Link wurde nicht beendet.",
};
