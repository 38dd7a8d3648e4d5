// The keyboard: everything can be done without a mouse.

Object.assign(Studio.prototype, {
  keys() {
    const move = by => {
      const shown = this.shown();
      const place = shown.findIndex(one => one.id === this.problem);
      const next = shown[Math.max(0, Math.min(shown.length - 1, place + by))];
      if (next) this.choose(next.id).then(() => this.focus(`problem-${next.id}`));
    };
    const onFix = action => () => { if (this.tab === "fix") action(); };
    return {
      j: onFix(() => move(1)), k: onFix(() => move(-1)), g: onFix(() => { this.mode = "groups"; this.group = null; this.look(); }),
      v: onFix(() => { this.mode = "values"; this.group = null; this.look(); }),
      "*": onFix(() => { for (const one of this.listing?.items ?? []) this.chosen.add(one.id); this.draw(); }),
      f: onFix(() => this.focus("new")), a: onFix(() => this.actOnChosen("accept")),
      // What takes something away has no letter: letters are typed where no box has the focus.
      Delete: onFix(() => this.actOnChosen("blank")), r: onFix(() => this.showRows({problem: this.problem})),
      A: onFix(() => this.actOnAll("accept")),
      l: onFix(() => this.root.querySelector(".pps-table tbody input[type=checkbox]")?.focus()), "/": onFix(() => this.focus("filter")),
      u: () => this.state.undo && this.step("undo"), U: () => this.state.redo && this.step("redo"),
      s: () => this.reveal(), c: () => this.copyCode(), "?": () => this.showHelp(true),
      ...Object.fromEntries(TABS.map((tab, place) => [String(place + 1), () => { this.open(tab); this.focus(`tab-${tab}`); }])),
    };
  },

  focus(key) { this.find(key)?.focus(); },

  onKey(event) {
    event.stopPropagation();
    if (!this.state) return;
    if (event.key === "Escape") { if (this.escape(event.target)) event.preventDefault(); return; }
    const isText = event.target.tagName === "INPUT" && event.target.type === "text" || event.target.tagName === "SELECT";
    if (event.ctrlKey || event.metaKey || event.altKey || isText) return;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && this.moveFocus(event.target, event.key === "ArrowDown" ? 1 : -1)) { event.preventDefault(); return; }
    const action = this.keys()[event.key];
    if (action) { event.preventDefault(); action(); }
  },

  /** Close what is open, or leave a box; say whether something was closed. */
  escape(from) {
    if (this.help) this.showHelp(false);
    else if (this.confirming) { this.confirming = null; this.draw(); }
    else if (["INPUT", "SELECT"].includes(from.tagName)) { this.focus("title"); return false; }
    else if (this.rows && this.tab === "fix") { this.rows = null; this.draw(); }
    else return false;
    return true;
  },

  /** Arrows go through lists: problems, the boxes of values, and cells. */
  moveFocus(from, by) {
    for (const wanted of [".pps-problem", ".pps-table input[type=checkbox]", ".pps-cell"]) {
      if (!from.matches(wanted)) continue;
      const all = [...this.root.querySelectorAll(wanted)];
      const step = wanted === ".pps-cell" ? from.closest("tr").querySelectorAll(".pps-cell").length : 1;
      all[all.indexOf(from) + by * step]?.focus();
      return true;
    }
    return false;
  },

  showHelp(on) {
    this.help = on;
    this.draw();
    this.focus(on ? "help.close" : "help");
  },

  drawHelp() {
    const lines = ["1–5", "j k", "↑ ↓", "/", "l", "*", "f", "a", "A", "Delete", "g v", "r", "u U", "s", "c", "Esc", "Tab"];
    return h("div", {class: "pps-help", role: "dialog", "aria-modal": "true", "aria-label": this.w("help"),
      onkeydown: event => { if (event.key === "Tab") event.preventDefault(); }},  // its one button keeps the focus
    h("h3", {}, this.w("help")),
    h("dl", {}, lines.map((keys, place) => [h("dt", {}, keys.split(" ").map(one => h("kbd", {}, one))), h("dd", {}, this.w(`help.${place + 1}`))])),
    this.button("help.close", () => this.showHelp(false), {label: this.w("close")}));
  },
});
