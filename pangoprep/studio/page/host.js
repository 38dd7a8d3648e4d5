// What a notebook is to the studio, for a page without one: messages go out by POST, and what
// nobody asked for comes in as server-sent events.
import studio from "./studio.js";

const heard = new Set();
const tell = message => { for (const one of heard) one(message); };

const model = {
  on(name, listener) { if (name === "msg:custom") heard.add(listener); },
  off(name, listener) { heard.delete(listener); },
  async send(content) {
    try {
      const answer = await fetch("ask", {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(content)});
      tell(await answer.json());
    } catch {
      tell({type: "refused", reply_to: content.id, text: document.body.dataset.gone});
    }
  },
};

const events = new EventSource("told");
events.onmessage = event => tell(JSON.parse(event.data));
events.onerror = () => tell({type: "gone", text: document.body.dataset.gone});
const el = document.getElementById("studio");
studio.render({model, el});
// Keys work from the start, and where somebody clicked beside everything.
document.addEventListener("keydown", event => {
  if (event.target !== document.body) return;
  const root = el.firstElementChild;
  root.focus({preventScroll: true});
  if (!root.dispatchEvent(new KeyboardEvent("keydown", {key: event.key, ctrlKey: event.ctrlKey, metaKey: event.metaKey, altKey: event.altKey, shiftKey: event.shiftKey, cancelable: true}))) event.preventDefault();
});
