import "./page.css";
import "./styles/live.css";
import { render } from "preact";
import type { JSX } from "preact";
import { RunListPage } from "./live/run-list.js";
import { RunPage } from "./live/run-page.js";
import { takeToken } from "./source/token.js";
import { createViewClient } from "./source/view-client.js";

function View(): JSX.Element {
  const token = takeToken();
  if (token === undefined) {
    return (
      <p class="loading">
        Open the address that <code>ostinato view</code> has printed. It has a token that lets you
        in.
      </p>
    );
  }
  const client = createViewClient(token);
  const [name, stamp] = location.pathname.split("/").slice(2).map(decodeURIComponent);
  if (name === undefined || name === "") {
    document.title = "Runs – Ostinato";
    return <RunListPage client={client} />;
  }
  document.title = `${name} – Ostinato`;
  return <RunPage client={client} run={{ name, stamp }} />;
}

const root = document.getElementById("page");
if (root) {
  root.replaceChildren();
  render(<View />, root);
}
