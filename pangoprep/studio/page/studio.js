const TABS = ["fix", "columns", "options", "duplicates", "send"];
const SLOW_MS = 4000;
const PREVIEW_MS = 250;
const VALUES = ["new", "old.text", "new.text", "constant-value"];  // boxes that may hold somebody's
const TYPED = [...VALUES, "into"];
let n_views = 0;

/** One view of a session. The other files add how each tab is drawn. */
class Studio {
  constructor(model, el) {
    this.model = model;
    this.view = `${Date.now().toString(36)}-${n_views++}`;
    this.waiting = new Map();
    this.n_asked = 0;
    this.words = {};
    this.state = null;
    this.problems = [];
    this.ranked = [];  // the same, most rows freed first: while one works the list keeps its order
    this.tab = "fix";
    this.mode = this.usual = "groups";  // how values are looked at: now, and of the next problem
    this.filter = {text: "", severity: "", held: false};
    this.choice = {all: false, but: new Map()};  // what is chosen: all but these, or only these
    this.typed = {};  // what stands in boxes, by key: it outlives a drawing
    this.listing = null;
    this.rows = null;
    this.editing = null;  // the cell that is typed into
    this.topAfter = null;
    this.n_looks = 0;
    this.told = null;
    this.sending = null;
    this.help = false;
    this.showsSteps = false;
    this.toldBox = h("div");  // stays the same element, or screen readers would not hear of it
    this.root = h("section", {class: "pps", tabindex: "-1"});
    el.append(this.root);
    this.onMessage = message => this.receive(message);
    model.on("msg:custom", this.onMessage);
    this.onLive = () => this.gone(this.w("kernel.new"));  // once it is open: the kernel was restarted
    model.on("comm_live_update", this.onLive);
    this.root.addEventListener("keydown", event => this.onKey(event));
    // JupyterLab asks the attribute before the studio hears of a key.
    this.onAnyKey = event => this.root.toggleAttribute("data-lm-suppress-shortcuts", !this.isOfPage(event));
    window.addEventListener("keydown", this.onAnyKey, true);
  }

  // Messages

  ask(type, content = {}) {
    const id = `${this.view}:${this.n_asked++}`;
    this.root.setAttribute("aria-busy", "true");
    // A kernel that runs a cell answers afterwards, one that was started anew never.
    this.slow ??= setTimeout(() => this.noAnswer(), SLOW_MS);
    try { this.model.send({...content, type, id}); } catch { this.noAnswer(); }
    return new Promise(resolve => this.waiting.set(id, resolve));
  }

  noAnswer() {
    this.told = {text: this.isGone ?? this.w("no.answer"), bad: !!this.isGone, slow: true};
    if (this.state) this.draw();
  }

  /** Whoever answered has most likely ended: say so at once, and find out whether it is so. */
  gone(text) {
    if (!this.state) return;
    this.isGone = text;
    if (this.sending?.running) this.sending = null;  // it stopped, too: the ledger knows how far it came
    this.noAnswer();
    this.ask("open");
  }

  receive(message) {
    if (message.reply_to !== undefined) {
      const resolve = this.waiting.get(message.reply_to);
      if (!resolve) return;  // another view asked
      this.waiting.delete(message.reply_to);
      if (!this.waiting.size) this.calm();
      if (message.type === "refused") {
        // What was done just before is still true.
        this.told = {text: message.text, bad: true, notes: this.told?.good ? [this.told.text] : []};
        if (this.state) this.draw();
      }
      resolve(message);
      return;
    }
    if (!this.state) return;
    if (message.type === "gone") this.gone(message.text);
    else if (message.type === "state") this.take(message);
    else if (message.type === "sending") {
      this.sending = message.sending;
      if (message.ended) this.sent();
      else this.drawSending();
    }
  }

  /** Everything that was asked is answered. */
  calm() {
    this.root.removeAttribute("aria-busy");
    clearTimeout(this.slow);
    this.slow = this.isGone = undefined;
    if (this.told?.slow) this.told = null;
  }

  /** The rows were changed: by this view, another one, or Python. */
  take(message) {
    if (message.version === this.version) { this.draw(); return; }
    this.version = message.version;
    this.place = Math.max(0, this.shown().findIndex(one => one.id === this.problem));
    if (!message.state.revealed) this.forgetValues();
    this.state = message.state;
    this.keepOrder(message.problems);
    this.redraw(() => this.root.querySelector(".pps-top")?.replaceWith(this.drawTop()));  // the counts, at once
    this.reload();
  }

  /** Once values are masked again: keep nothing that has one, drawn now or later. */
  forgetValues() {
    if (!this.state.revealed) return;
    this.told = this.editing = this.sure = this.won = null;
    for (const key of VALUES) delete this.typed[key];
    if (this.tab !== "fix") this.listing = this.rows = null;
  }

  async start() {
    const opened = await this.ask("open");
    if (opened.type === "refused") {
      this.root.replaceChildren(h("p", {role: "alert"}, opened.text));
      return;
    }
    Object.assign(this, {
      words: opened.words, lang: opened.lang, entity: opened.entity, source: opened.source,
      state: opened.state, problems: opened.problems, ranked: opened.problems, sending: opened.sending,
    });
    this.root.lang = this.lang;
    this.number = new Intl.NumberFormat(this.lang === "vi" ? "vi-VN" : "en-US");
    this.setScheme();
    this.problem = this.shown()[0]?.id ?? null;
    this.tab = opened.tab;
    const {came} = opened;
    if (came?.text || came?.notes.length) this.told = {...came, good: true};
    await this.reload();
  }

  stop() {
    this.model.off("msg:custom", this.onMessage);
    window.removeEventListener("keydown", this.onAnyKey, true);
    this.model.off("comm_live_update", this.onLive);
    clearTimeout(this.slow);
    clearTimeout(this.previewing);
    clearTimeout(this.counting);
    this.root.remove();
  }

  /** Menus that the browser draws itself take the side of the page around. */
  setScheme() {
    const ink = getComputedStyle(this.root).color.match(/[\d.]+/g) || [0, 0, 0];
    const light = (0.299 * ink[0] + 0.587 * ink[1] + 0.114 * ink[2]) > 140;
    this.root.style.colorScheme = light ? "dark" : "light";
  }

  w(key, values = {}) {
    const plural = this.words[key];
    const text = (values.n === 1 && this.words[`${key}.one`]) || plural || key;
    return text.replace(/\{(\w+)\}/g, (all, name) =>
      name in values ? (typeof values[name] === "number" ? this.n(values[name]) : values[name]) : all);
  }

  n(number) { return this.number.format(number); }

  // What is looked at

  shown() {
    const {text, severity, held} = this.filter;
    const wanted = text.toLowerCase();
    return this.problems.filter(one =>
      (!wanted || `${one.field} ${one.label} ${one.meaning}`.toLowerCase().includes(wanted)) &&
      (!severity || one.severity === severity) && (!held || one.severity === "error"));
  }

  /** Stay in the order that is seen; what is new comes before what it ranks before. */
  keepOrder(ranked) {
    const now = new Map(ranked.map(one => [one.id, one]));
    const kept = this.problems.filter(one => now.has(one.id)).map(one => now.get(one.id));
    for (const [place, one] of [...ranked.entries()].reverse()) {
      if (!kept.includes(one)) kept.splice(place + 1 < ranked.length ? kept.indexOf(ranked[place + 1]) : kept.length, 0, one);
    }
    this.ranked = ranked;
    this.problems = kept;
  }

  /** Most rows freed first, again. */
  rank() { this.problems = this.ranked; }

  isRanked() { return this.problems.every((one, place) => one.id === this.ranked[place].id); }

  current() { return this.problems.find(one => one.id === this.problem) ?? null; }

  async choose(id) {
    if (id !== this.problem) this.forget();
    this.problem = id;
    this.lookAsUsual();
    this.rows = null;
    await this.look();
  }

  /** Show a problem, whatever is filtered; what was told leads to others, and stays. */
  async showProblem(id) {
    const {told} = this;
    this.filter = {text: "", severity: "", held: false};
    this.tab = "fix";
    this.facts = null;
    await this.choose(id);
    this.told = told;
    this.draw();
    this.find(`problem-${id}`)?.scrollIntoView({block: "nearest"});
  }

  /** Look at values in the way that somebody chose last, where this problem can be looked at so. */
  lookAsUsual() {
    this.mode = this.usual === "clusters" && !this.current()?.clusters ? "groups" : this.usual;
    this.group = null;
  }

  lookBy(mode) {
    this.mode = this.usual = mode;
    this.group = null;
    return this.look();
  }

  /** What was typed and told was about another problem. */
  forget() {
    for (const key of TYPED) delete this.typed[key];
    this.told = null;
  }

  /** List what is chosen on the left, in the way that is chosen, from some line on. */
  async look(top = 0) {
    const looked = ++this.n_looks, {mode, group} = this;
    const ask = async (offset, listing) => {
      const told = await this.ask(mode, {problem: this.problem, group: mode === "values" ? group?.id : null, listing, offset, limit: CHUNK});
      return told.type === "refused" ? null : told;
    };
    const first = this.current() ? await ask(Math.floor(top / CHUNK) * CHUNK, group?.listing) : null;
    if (looked !== this.n_looks) return;  // somebody went on meanwhile
    this.chooseNone();
    this.sure = null;
    this.listing = first && {...first, version: this.version, list: new LongList(first, offset => ask(offset, first.listing), item => this.drawLine(item), top)};
    this.draw();
  }

  async reload() {
    let top = this.topAfter ?? this.listing?.list.top ?? 0;
    this.topAfter = null;
    if (!this.current()) {  // it is solved: go on with the next one
      const shown = this.shown();
      this.problem = shown[Math.min(this.place ?? 0, shown.length - 1)]?.id ?? null;
      for (const key of TYPED) delete this.typed[key];
      this.lookAsUsual();
      this.rows = null;
      top = 0;
    }
    if (this.tab === "fix") {
      if (this.mode === "values" && this.group) { this.mode = "groups"; this.group = null; top = 0; }
      if (this.rows) await this.showRows(this.rows.asked, this.rows.list.top, false);
      await this.look(top);
    } else await this.open(this.tab, this.tab === "send" ? this.asked() : {offset: this.facts?.offset ?? 0});
  }

  /** Show a tab; what it shows is asked for anew. */
  async open(tab, asked = tab === "send" ? this.asked() : {}) {
    if (tab !== this.tab) this.told = null;
    this.tab = tab;
    if (tab === "fix") {
      this.facts = null;
      if (this.listing && this.listing.version === this.version) { this.draw(); return; }  // what is ticked stays so
      if (this.rows) await this.showRows(this.rows.asked, this.rows.list.top, false);
      await this.look(this.listing?.list.top);
      return;
    }
    if (this.facts?.type !== tab) { this.facts = null; this.draw(); }
    const facts = await this.ask(tab, asked);
    if (this.tab !== tab) return;  // somebody went on meanwhile
    this.facts = facts.type === "refused" ? null : facts;
    this.draw();
  }

  // What is done

  async act(action, content = {}) {
    const done = await this.ask("act", {action, problem: this.problem, listing: this.listing?.listing, ...content});
    if (done.type === "refused") return false;
    this.told = {text: done.text, notes: done.notes, good: true};
    for (const key of TYPED) delete this.typed[key];
    this.take(done);
    return true;
  }

  async step(type, content = {}) {
    const done = await this.ask(type, content);
    if (done.type === "refused") return;
    this.told = {text: done.text, good: true};
    this.take(done);
  }

  async reveal() {
    const done = await this.ask("reveal", {on: !this.state.revealed});
    if (done.type !== "refused") this.take(done);
  }

  async copyCode() {
    const {code} = await this.ask("code");
    if (code === undefined) return;
    let copied = true;
    try { await navigator.clipboard.writeText(code); } catch { copied = false; }
    this.told = {text: this.w(copied ? "code.copied" : "code.here"), code, codeLabel: "code.all"};
    this.draw();
  }

  saveRecipe() { return this.keep("recipe", {source: this.typed.source ?? null}); }

  /** Have something written into a file, and say where it is. */
  async keep(what, content = {}) {
    const done = await this.ask(what, content);
    if (done.type === "refused") return;
    this.told = {text: done.text, code: done.code, codeLabel: `code.${what}`, good: true};
    this.draw();
  }

  // Drawing. All of it is drawn anew, except that the focus, and what was typed, stays.

  draw() {
    this.setScheme();
    for (const list of this.lists()) list.hold();
    const scrolled = [...this.root.querySelectorAll("[data-scroll]")].map(one => [one.dataset.scroll, one.scrollTop, one.scrollLeft]);
    const unfolded = [...this.root.querySelectorAll("details[open]")].map(one => one.dataset.key);
    this.root.setAttribute("aria-label", this.w("studio.name", {entity: this.entity}));
    this.redraw(() => {
      for (const old of [...this.root.children]) if (old !== this.toldBox) old.remove();
      this.drawTold();
      if (this.toldBox.parentNode !== this.root) this.root.append(this.toldBox);
      this.toldBox.before(this.drawTop(), this.drawTabs());
      this.toldBox.after(this.drawPanel(), this.drawFoot());
      if (this.help) this.root.append(this.drawHelp());
      for (const name of unfolded) this.find(name)?.setAttribute("open", "");
    });
    for (const [name, top, left] of scrolled) {
      const again = this.root.querySelector(`[data-scroll="${name}"]`);
      if (again) Object.assign(again, {scrollTop: top, scrollLeft: left});
    }
    for (const list of this.lists()) list.settle();
    for (const box of this.root.querySelectorAll("[data-partly]")) box.indeterminate = true;
  }

  /** The long lists that are shown. */
  lists() { return [this.listing?.list, this.rows?.list].filter(Boolean); }

  /** Put new elements for old ones; the focus stays on what has the same key. */
  redraw(replace) {
    const active = this.focused();
    const key = active?.getAttribute("data-key");
    const place = active?.tagName === "INPUT" && active.type === "text" ? [active.selectionStart, active.selectionEnd] : null;
    replace();
    if (!key || this.focused()) return;
    // What is gone or cannot be pressed any more gives way to what is near, so that keys go on working.
    for (const near of [key, active.closest(".pps-rows") && "rows-title", "stop", `problem-${this.problem}`, `tab-${this.tab}`]) {
      if (near) this.find(near)?.focus({preventScroll: true});
      if (this.focused()) break;
    }
    const again = this.focused();
    if (place && again?.tagName === "INPUT" && again.type === "text") again.setSelectionRange(...place);
  }

  /** What has the focus here, if something has. */
  focused() {
    const active = this.root.getRootNode().activeElement;
    return this.root.contains(active) ? active : null;
  }

  find(key) { return this.root.querySelector(`[data-key="${CSS.escape(key)}"]`); }

  button(key, action, props = {}) {
    const {label, ...others} = props;
    return h("button", {type: "button", "data-key": key, onclick: action, ...others}, label ?? this.w(key));
  }

  /** A box to type in, whose text outlives a drawing. */
  box(key, props = {}) {
    return h("input", {type: "text", "data-key": key, autocomplete: "off", value: this.typed[key] ?? "", ...props,
      oninput: event => { this.typed[key] = event.target.value; props.oninput?.(); }});
  }

  /** A menu, whose choice outlives a drawing; choices are `{value, label}`. */
  menu(key, choices, value, onchange, props = {}) {
    return h("select", {"data-key": key, onchange: event => onchange(event.target.value), ...props},
      choices.map(one => h("option", {value: one.value, selected: one.value === value}, one.label)));
  }

  drawTop() {
    const {state} = this;
    const parts = [["ready", state.n_ready], ["held", state.n_held], ["superseded", state.n_superseded], ["left_out", state.n_left_out], ["no_record", state.n_not_records]];
    const whole = Math.max(state.n_rows, 1);
    return h("header", {class: "pps-top"},
      h("div", {class: "pps-topline"},
        h("p", {class: "pps-eyebrow"}, ["pangoprep", this.entity, this.source].filter(Boolean).join(" · ")),
        h("div", {class: "pps-tools", role: "toolbar", "aria-label": this.w("tools")},
          this.button("undo", () => this.step("undo"), {disabled: !state.undo, title: state.undo || null}),
          this.button("redo", () => this.step("redo"), {disabled: !state.redo, title: state.redo || null}),
          this.button("reveal", () => this.reveal(), {"aria-pressed": String(state.revealed), label: this.w(state.revealed ? "hide" : "reveal")}),
          this.button("recipe", () => this.saveRecipe(), {title: this.w("recipe.text")}),
          this.button("code", () => this.copyCode()),
          this.button("help", () => this.showHelp(true), {label: "?", "aria-label": this.w("help"), title: this.w("help")}))),
      h("h2", {class: "pps-title", tabindex: "-1", "data-key": "title"}, state.headline),
      h("div", {class: "pps-bar", role: "img", "aria-label": parts.filter(([, n]) => n).map(([name, n]) => `${this.w(`state.${name}`)}: ${this.n(n)}`).join(", ")},
        parts.map(([name, n]) => n > 0 && h("span", {class: `pps-part pps-${name}`, style: `width:${100 * n / whole}%`}))),
      h("p", {class: "pps-legend"}, parts.map(([name, n]) => n > 0 && h("span", {class: "pps-key"},
        h("i", {class: `pps-part pps-${name}`, "aria-hidden": "true"}), " ", name === "left_out" ? this.button("left.out.rows", () => this.showLeftOut(), {class: "pps-link", label: `${this.n(n)} ${this.w(`state.${name}`)}`, title: this.w("left.out.rows")})
          : `${this.n(n)} ${this.w(`state.${name}`)}`))));
  }

  drawTabs() {
    return h("div", {class: "pps-tabs", role: "tablist", "aria-label": this.w("tabs"), onkeydown: event => this.onTabKey(event)},
      TABS.map((tab, place) => h("button", {
        type: "button", role: "tab", id: `${this.view}-${tab}`, "data-key": `tab-${tab}`,
        "aria-selected": String(tab === this.tab), "aria-controls": `${this.view}-panel`, tabindex: tab === this.tab ? "0" : "-1",
        onclick: () => this.open(tab), title: String(place + 1),
      }, this.w(`tab.${tab}`), tab === "fix" && this.state.n_held > 0 && h("span", {class: "pps-badge"}, this.n(this.state.n_held)),
      tab === "columns" && this.state.n_questions > 0 && h("span", {class: "pps-badge", title: this.w("n.questions", {n: this.state.n_questions})}, `${this.n(this.state.n_questions)} ?`),
      tab === "send" && this.sending?.running && h("span", {class: "pps-badge"}, "…"))));
  }

  onTabKey(event) {
    const move = {ArrowRight: 1, ArrowLeft: -1}[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    const next = TABS[(TABS.indexOf(this.tab) + move + TABS.length) % TABS.length];
    this.find(`tab-${next}`).focus();
    this.open(next);
  }

  /** What came of the last action: it stands where one looks, above what one works on. */
  drawTold() {
    const {told} = this;
    const notes = told?.notes ?? [];
    this.toldBox.className = `pps-told${told?.text || notes.length ? told.bad ? " pps-told-bad" : told.good ? " pps-told-good" : "" : " pps-told-none"}`;
    this.toldBox.setAttribute("role", told?.bad ? "alert" : "status");
    if (told === this.lastTold) return;
    this.lastTold = told;
    this.toldBox.replaceChildren(...[told?.text && h("p", {}, told.bad ? "✖ " : told.good ? "✔ " : "", told.text),
      ...notes.map(note => h("p", {class: "pps-warning"}, note)),
      told?.shows?.length && h("p", {class: "pps-pair"}, told.shows.map(({problem, label}) => this.button(`show-${problem}`, () => this.showProblem(problem), {label, class: "pps-link"})))].filter(Boolean));
  }

  drawPanel() {
    const draws = {fix: "drawFix", columns: "drawColumns", options: "drawOptions", duplicates: "drawDuplicates", send: "drawSend"};
    const content = this.tab === "fix" || this.facts ? this[draws[this.tab]]() : h("p", {class: "pps-soft"}, this.w("loading"));
    return h("div", {class: `pps-panel pps-panel-${this.tab}`, role: "tabpanel", id: `${this.view}-panel`, "aria-labelledby": `${this.view}-${this.tab}`}, content);
  }

  drawFoot() {
    const {code, codeLabel} = this.told?.code ? this.told : this.state.step ?? {}, label = this.w(codeLabel ?? "code.line");
    return h("footer", {class: "pps-foot"}, code && [h("span", {class: "pps-soft"}, label),
      h("pre", {tabindex: "0", role: "region", "aria-label": label}, code)], this.drawSteps());
  }

  /** Every step can be taken back alone, where later ones do not need it. */
  drawSteps() {
    const {steps, n_steps} = this.state;
    if (!steps.length) return null;
    const title = this.w("steps.title", {n: n_steps});
    const open = () => { this.showsSteps = !this.showsSteps; this.draw(); };
    return [this.button("steps", open, {label: title, class: "pps-link", "aria-expanded": String(!!this.showsSteps)}),
      this.showsSteps && this.sheet("steps", title, h("table", {class: "pps-table"},
        h("thead", {}, h("tr", {}, h("th", {scope: "col", class: "pps-n"}, "#"), ["what", "what.came", "undo"].map(key => h("th", {scope: "col"}, this.w(key))))),
        h("tbody", {}, steps.map(one => h("tr", {}, h("th", {scope: "row", class: "pps-n"}, this.n(one.number)), h("td", {}, one.what), h("td", {class: "pps-soft"}, one.text),
          h("td", {}, this.button(`undo-${one.number}`, () => this.step("undo", {step: one.number}), {label: this.w("undo"), "aria-label": this.w("steps.undo.of", one)})))))))];
  }

  /** Which part of a list is shown, and the way to the others; of a long one above it, too. */
  drawPages(list, page, size, go, place = "") {
    if (list.total <= size) return null;
    const first = page * size + 1, last = Math.min(list.total, first + size - 1);
    return h("div", {class: "pps-pages", role: "group", "aria-label": this.w("pages")},
      this.button(`page.back${place}`, () => go(page - 1), {disabled: page === 0, label: this.w("page.back")}),
      h("span", {}, this.w("page.of", {first, last, total: list.total})),
      this.button(`page.next${place}`, () => go(page + 1), {disabled: last >= list.total, label: this.w("page.next")}));
  }

  /** A table that scrolls by itself; the keyboard can scroll it, too. */
  sheet(name, label, table) {
    return h("div", {class: "pps-scroll", "data-scroll": name, role: "region", "aria-label": label, tabindex: "0"}, table);
  }
}
