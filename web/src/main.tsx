import { effect } from "@preact/signals";
import { render } from "preact";

import { keepShell } from "./keep-shell";
import { App } from "./ui/app";
import { openPage } from "./ui/opening";
import { start, tongue } from "./words/language";

const root = document.getElementById("app");
keepShell();
const opening = openPage();
opening.catch(() => {}); // the page says so, once it has words for it
void start().then(() => {
  effect(() => {
    const { language = "en", direction = "ltr" } = tongue() ?? {};
    document.documentElement.lang = language;
    document.documentElement.dir = direction;
  });
  if (!root) return;
  root.textContent = "";
  render(<App opening={opening} />, root);
});
