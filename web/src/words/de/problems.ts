import type { causes as EnglishCauses, cognito as EnglishCognito } from "../en/problems";

export const causes: typeof EnglishCauses = {
  offline: "Du bist offline.",
  unreachable: "Darkroom ist gerade nicht zu erreichen. Prüfe bitte deine Verbindung.",
  busy: "Darkroom hat gerade sehr viel zu tun.",
  broken: "Darkroom antwortet gerade nicht so, wie es sollte.",
  session: "Deine Sitzung ist zu Ende. Bitte melde dich wieder an.",
  forbidden: "Deine Sitzung darf das nicht. Bitte melde dich wieder an.",
  gone: "Das gibt es nicht mehr.",
  clock: "Die Uhr dieses Geräts geht falsch. Stelle sie bitte, und versuche es noch einmal.",
  attempts: "Das waren zu viele Versuche. Bitte warte eine Weile.",
  storage: "Dieser Browser hat keinen Platz mehr für das, was die Seite speichern muss.",
  setup:
    "Diese Seite ist nicht vollständig eingerichtet. Wer sie betreibt, findet mehr in der Konsole des Browsers.",
  unknown:
    "Etwas ist schiefgegangen. Wenn es wieder vorkommt, sag bitte denen Bescheid, die dieses Darkroom betreiben.",
};

export const cognito: typeof EnglishCognito = {
  NotAuthorizedException: "Die E-Mail-Adresse oder das Passwort stimmt nicht.",
  UserNotFoundException: "Die E-Mail-Adresse oder das Passwort stimmt nicht.",
  UsernameExistsException:
    "Mit dieser E-Mail-Adresse gibt es schon ein Konto. Melde dich stattdessen an.",
  CodeMismatchException:
    "Das ist nicht der Code, der geschickt wurde. Prüfe ihn, oder fordere einen neuen an.",
  ExpiredCodeException: "Der Code ist abgelaufen. Fordere einen neuen an.",
  LimitExceededException: "Zu viele Versuche. Bitte warte eine Weile.",
  TooManyRequestsException: "Zu viele Versuche. Bitte warte eine Weile.",
};
