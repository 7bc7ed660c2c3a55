import "./page.css";
import { render } from "preact";
import { App } from "./app.js";
import { openEmbedded } from "./source/embedded-source.js";

const root = document.getElementById("page");
if (root) {
  root.replaceChildren();
  render(<App source={openEmbedded(document)} />, root);
}
