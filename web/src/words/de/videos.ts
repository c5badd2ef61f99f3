import type { videos as English } from "../en/videos";

export const videos: typeof English = {
  waits:
    "Dieses Video wartet darauf, umgewandelt zu werden. Sobald das fertig ist, kannst du es abspielen.",
  converting: (percent) => `Dieses Video wird umgewandelt: ${percent} % sind fertig.`,
  conversion: "Umwandlung",
  poster: (name) => `Ein Bild aus dem Video ${name}`,
  stopPreview: "Vorschau anhalten",
  playPreview: "Drei Sekunden davon abspielen",
  stop: "Anhalten",
  preview: "Vorschau",
  notLoaded: "Das Video konnte nicht geladen werden.",
  notPlayed: "Dieser Browser konnte das Video nicht abspielen. Du kannst es auch herunterladen.",
  video: (name) => `Das Video ${name}`,
  videoMark: "Video,",
  downloads: "Downloads",
  forTheWeb: "Für das Web",
  picture: "Ein Bild daraus",

  length: "Länge",
  pictures: "Video",
  frameRate: (rate) => `${rate} Bilder pro Sekunde`,
  bitRate: (size) => `${size} pro Sekunde`,
  sound: "Ton",
  noSound: "Keiner",
  mono: "mono",
  stereo: "stereo",
  reading: "Wird gelesen …",
  storing: "Wird gespeichert …",
  developing: "Wird entwickelt …",
  convertingPercent: (percent) => `Wird umgewandelt … ${percent} %`,
};
