import { render } from "preact";
import { App } from "./app.js";
import { loadPayload } from "./load.js";
import { makeModel } from "./model.js";
import "uplot/dist/uPlot.min.css";
import "./style/base.css";
import "./style/findings.css";
import "./style/timeline.css";
import "./style/evidence.css";

async function start(root: HTMLElement): Promise<void> {
  const model = makeModel(await loadPayload());
  root.replaceChildren();
  render(<App model={model} />, root);
  document.documentElement.dataset["ready"] = "true";
}

const root = document.getElementById("app");
if (root)
  start(root).catch((error: unknown) => {
    // The headline stands in the page already: say what is missing, and where all of it is.
    const note = document.createElement("p");
    note.className = "page";
    note.textContent = `The report could not be shown (${String(error)}). verdict.json and history.jsonl beside it hold everything.`;
    root.append(note);
    throw error;
  });
