// The studio's page: one ES module, joined from the files of this folder (see module.py). It draws
// what Python tells it and says what the user does; it decides nothing and keeps no value.
// Messages: see session.py.

/** Make an element. `on…` are listeners, `null` and `false` are left out, texts are only text. */
function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "indeterminate") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter(child => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}
