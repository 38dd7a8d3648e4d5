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
      j: onFix(() => move(1)), k: onFix(() => move(-1)), g: onFix(() => this.lookBy("groups")),
      v: onFix(() => this.lookBy("values")),
      "*": onFix(() => this.listing && this.chooseAll(true)),
      f: onFix(() => this.focus("new")), a: onFix(() => this.actOnChosen("accept")),
      // What takes something away has no letter: letters are typed where no box has the focus.
      Delete: onFix(() => this.actOnChosen("blank")), r: onFix(() => this.showRows({problem: this.problem})),
      A: onFix(() => this.actOnAll("accept")),
      l: onFix(() => this.root.querySelector(".pps-middle tbody input[tabindex='0']")?.focus()), "/": onFix(() => this.focus("filter")),
      u: () => this.state.undo && this.step("undo"), U: () => this.state.redo && this.step("redo"),
      s: () => this.reveal(), c: () => this.copyCode(), "?": () => this.showHelp(true),
      ...Object.fromEntries(TABS.map((tab, place) => [String(place + 1), () => { this.open(tab); this.focus(`tab-${tab}`); }])),
    };
  },

  focus(key) { this.find(key)?.focus(); },

  /** Whether a key is the page's around, such as Ctrl+S; what edits text stays here. */
  isOfPage(event) {
    const key = event.key.toLowerCase();
    return (event.ctrlKey || event.metaKey) && !event.altKey && key.length === 1 && !"zy".includes(key) && (event.shiftKey || !"acvx".includes(key));
  },

  onKey(event) {
    if (this.isOfPage(event)) return;
    event.stopPropagation();
    if (!this.state) return;
    if (event.key === "Escape") { if (this.escape(event.target)) event.preventDefault(); return; }
    const isText = event.target.tagName === "INPUT" && event.target.type === "text" || event.target.tagName === "SELECT";
    if (isText) return;
    const taken = (event.ctrlKey || event.metaKey) && !event.altKey && {z: event.shiftKey ? "redo" : "undo", y: "redo"}[event.key.toLowerCase()];
    if (taken) { event.preventDefault(); if (this.state[taken]) this.step(taken); return; }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.moveFocus(event.key, event.target)) { event.preventDefault(); return; }
    if (event.target.matches(".pps-cell") && event.key !== " ") {  // on a cell a letter is typed, and does nothing else
      if (event.key.length === 1) { event.preventDefault(); this.typeInto(event.target, event.key); }
      return;
    }
    const action = this.keys()[event.key];
    if (action) { event.preventDefault(); action(); }
  },

  /** Close what is open, or leave a box; say whether something was closed. */
  escape(from) {
    if (this.help) this.showHelp(false);
    else if (this.sure) { this.sure = null; this.draw(); }
    else if (this.confirming) { this.confirming = null; this.draw(); }
    else if (["INPUT", "SELECT"].includes(from.tagName)) { this.focus("title"); return false; }
    else if (this.rows && this.tab === "fix") { this.rows = null; this.draw(); }
    else return false;
    return true;
  },

  /** Arrows go through problems and through the lines of lists, whose other keys go farther. */
  moveFocus(key, from) {
    const list = this.lists().find(one => one.box.contains(from)), by = {ArrowDown: 1, ArrowUp: -1}[key];
    const sideways = {ArrowRight: 1, ArrowLeft: -1}[key];
    if (sideways && from.matches(".pps-cell")) {
      const cells = [...from.closest("tr").querySelectorAll(".pps-cell")];
      cells[cells.indexOf(from) + sideways]?.focus();
      return true;
    }
    if (list?.body.contains(from)) {
      const line = list.lineAfter(key, from);
      if (line === -1 && key === "ArrowUp" && this.find("all") && list === this.listing?.list) this.focus("all");
      else if (line !== undefined) list.go(from, line);
      return line !== undefined;
    }
    if (list && list.head.contains(from) && by === 1) list.go(from, 0);
    else if (by && from.matches(".pps-problem")) {
      const all = [...this.root.querySelectorAll(".pps-problem")];
      all[all.indexOf(from) + by]?.focus();
    } else return false;
    return true;
  },

  showHelp(on) {
    this.help = on;
    this.draw();
    this.focus(on ? "help.close" : "help");
  },

  drawHelp() {
    const lines = ["1–5", "j k", "↑ ↓", "/", "l", "*", "f", "a", "A", "Delete", "g v", "r", "u U Ctrl+Z Ctrl+Y", "s", "c", "Esc", "Tab"];
    return h("div", {class: "pps-help", role: "dialog", "aria-modal": "true", "aria-label": this.w("help"),
      onkeydown: event => { if (event.key === "Tab") event.preventDefault(); }},  // its one button keeps the focus
    h("h3", {}, this.w("help")),
    h("dl", {}, lines.map((keys, place) => [h("dt", {}, keys.split(" ").map(one => h("kbd", {}, one))), h("dd", {}, this.w(`help.${place + 1}`))])),
    this.button("help.close", () => this.showHelp(false), {label: this.w("close")}));
  },
});
