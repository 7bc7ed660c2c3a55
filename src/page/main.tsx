import "./page.css";
import { render } from "preact";
import { App } from "./app.js";
import { ComparisonApp } from "./pairs/comparison-app.js";
import { openEmbeddedPairs } from "./source/embedded-pairs.js";
import { openEmbedded } from "./source/embedded-source.js";

const root = document.getElementById("page");
if (root) {
  root.replaceChildren();
  const pairs = openEmbeddedPairs(document);
  render(pairs ? <ComparisonApp pairs={pairs} /> : <App source={openEmbedded(document)} />, root);
}
