// The studio's page: one ES module without a build step. It draws what Python tells it and says
// what the user does; it decides nothing and keeps no value. Messages: see protocol.py.

const PAGE = 50;
const TABS = ["fix", "columns", "options", "duplicates", "send"];
let n_views = 0;

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

class Studio {
  constructor(model, el) {
    this.model = model;
    this.view = `${Date.now().toString(36)}-${n_views++}`;
    this.waiting = new Map();
    this.n_asked = 0;
    this.words = {};
    this.state = null;
    this.problems = [];
    this.tab = "fix";
    this.mode = "groups";
    this.filter = {text: "", severity: "", held: false};
    this.chosen = new Set();
    this.page = 0;
    this.listing = null;
    this.rows = null;
    this.told = null;
    this.sending = null;
    this.help = false;
    this.root = h("section", {class: "pps", "data-lm-suppress-shortcuts": "true", tabindex: "-1"});
    el.append(this.root);
    this.onMessage = message => this.receive(message);
    model.on("msg:custom", this.onMessage);
    this.root.addEventListener("keydown", event => this.onKey(event));
  }

  // Messages

  ask(type, content = {}) {
    const id = `${this.view}:${this.n_asked++}`;
    this.model.send({...content, type, id});
    this.root.setAttribute("aria-busy", "true");
    return new Promise(resolve => this.waiting.set(id, resolve));
  }

  receive(message) {
    if (message.reply_to !== undefined) {
      const resolve = this.waiting.get(message.reply_to);
      if (!resolve) return;  // another view asked
      this.waiting.delete(message.reply_to);
      if (!this.waiting.size) this.root.removeAttribute("aria-busy");
      if (message.type === "refused") {
        this.told = {text: message.text, bad: true};
        this.draw();
      }
      resolve(message);
      return;
    }
    if (!this.state) return;
    if (message.type === "state") this.take(message);
    else if (message.type === "sending") {
      this.sending = message.sending;
      if (message.ended) this.sent();
      else this.drawSending();
    }
  }

  /** Another view, or Python, has changed the rows. */
  take(message) {
    this.place = Math.max(0, this.shown().findIndex(one => one.id === this.problem));
    this.state = message.state;
    this.problems = message.problems;
    this.reload();
  }

  async start() {
    const opened = await this.ask("open");
    Object.assign(this, {
      words: opened.words, lang: opened.lang, entity: opened.entity, source: opened.source,
      state: opened.state, problems: opened.problems, sending: opened.sending,
    });
    this.root.lang = this.lang;
    this.number = new Intl.NumberFormat(this.lang === "vi" ? "vi-VN" : "en-US");
    this.setScheme();
    this.problem = this.shown()[0]?.id ?? null;
    this.tab = opened.tab;
    await this.reload();
  }

  stop() {
    this.model.off("msg:custom", this.onMessage);
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

  current() { return this.problems.find(one => one.id === this.problem) ?? null; }

  async choose(id) {
    this.problem = id;
    this.mode = "groups";
    this.group = null;
    this.rows = null;
    await this.look();
  }

  async look(page = 0) {
    this.page = page;
    this.chosen.clear();
    this.listing = null;
    if (this.current()) {
      const asked = {problem: this.problem, offset: page * PAGE, limit: PAGE};
      if (this.mode === "groups") this.listing = await this.ask("groups", asked);
      else if (this.mode === "clusters") this.listing = await this.ask("clusters", asked);
      else this.listing = await this.ask("values", {...asked, group: this.group?.id ?? null, listing: this.group?.listing});
      if (this.listing.type === "refused") this.listing = null;
    }
    this.draw();
  }

  async reload() {
    if (!this.current()) {  // it is solved: go on with the next one
      const shown = this.shown();
      this.problem = shown[Math.min(this.place ?? 0, shown.length - 1)]?.id ?? null;
      this.mode = "groups";
      this.group = null;
      this.rows = null;
    }
    if (this.tab === "fix") {
      if (this.mode === "values" && this.group) { this.mode = "groups"; this.group = null; }
      if (this.rows) await this.showRows(this.rows.asked, this.rows.offset, false);
      await this.look(0);
    } else await this.open(this.tab);
  }

  async open(tab) {
    this.tab = tab;
    this.facts = null;
    if (tab === "fix") { await this.look(this.page); return; }
    this.draw();
    const facts = await this.ask(tab);
    this.facts = facts.type === "refused" ? null : facts;
    this.draw();
  }

  // What is done

  async act(action, content = {}) {
    const done = await this.ask("act", {action, problem: this.problem, listing: this.listing?.listing, ...content});
    if (done.type === "refused") return false;
    this.told = {text: done.text, notes: done.notes};
    this.take(done);
    return true;
  }

  async step(type, content = {}) {
    const done = await this.ask(type, content);
    if (done.type === "refused") return;
    this.told = {text: done.text};
    this.take(done);
  }

  selected() {
    const key = this.mode === "values" ? "values" : "groups";
    return {[key]: [...this.chosen]};
  }

  async actOnChosen(action, content = {}) {
    if (!this.chosen.size) {
      this.told = {text: this.w("choose.first"), bad: true};
      this.draw();
      return;
    }
    await this.act(action, {...this.selected(), clusters: this.mode === "clusters", ...content});
  }

  /** Do something to all that the problem lists, without choosing it first. */
  async actOnAll(action) {
    const problem = this.current();
    if (!problem || !(action === "accept" ? problem.suggested : problem.emptied)) return;
    await this.act(action, {all: true});
  }

  async showRows(asked, offset = 0, draw = true) {
    const rows = await this.ask("rows", {...asked, offset, limit: 20});
    this.rows = rows.type === "refused" ? null : {...rows, asked};
    if (draw) {
      this.draw();
      this.root.querySelector("[data-key=rows-title]")?.focus();
    }
  }

  async reveal() {
    const done = await this.ask("reveal", {on: !this.state.revealed});
    if (done.type !== "refused") this.take(done);
  }

  async copyCode() {
    const {code} = await this.ask("code");
    if (code === undefined) return;
    this.shownCode = code;
    let copied = true;
    try { await navigator.clipboard.writeText(code); } catch { copied = false; }
    this.told = {text: this.w(copied ? "code.copied" : "code.here"), code};
    this.draw();
  }

  async saveRecipe() {
    const done = await this.ask("recipe");
    if (done.type === "refused") return;
    this.told = {text: done.text};
    this.draw();
  }

  // Drawing. All of it is drawn anew, except that the focus stays where it was.

  draw() {
    this.setScheme();
    const active = this.root.getRootNode().activeElement;
    const key = this.root.contains(active) ? active.getAttribute("data-key") : null;
    const typed = active?.tagName === "INPUT" && active.type === "text" ? [active.selectionStart, active.selectionEnd] : null;
    const top = this.root.querySelector(".pps-problems ul")?.scrollTop ?? 0;
    this.root.setAttribute("aria-label", this.w("studio.name", {entity: this.entity}));
    this.root.replaceChildren(this.drawTop(), this.drawTabs(), this.drawPanel(), this.drawFoot());
    if (this.help) this.root.append(this.drawHelp());
    const list = this.root.querySelector(".pps-problems ul");
    if (list) list.scrollTop = top;
    if (key) {
      const again = this.root.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? this.root.querySelector("[data-key=title]");
      again?.focus({preventScroll: true});
      if (typed && again?.tagName === "INPUT" && again.type === "text") again.setSelectionRange(...typed);
    }
    for (const box of this.root.querySelectorAll("[data-partly]")) box.indeterminate = true;
  }

  button(key, action, props = {}) {
    const {label, ...others} = props;
    return h("button", {type: "button", "data-key": key, onclick: action, ...others}, label ?? this.w(key));
  }

  drawTop() {
    const {state} = this;
    const parts = [["ready", state.n_ready], ["held", state.n_held], ["superseded", state.n_superseded], ["no_record", state.n_not_records]];
    const whole = Math.max(state.n_rows, 1);
    return h("header", {class: "pps-top"},
      h("p", {class: "pps-eyebrow"}, ["pangoprep", this.entity, this.source].filter(Boolean).join(" · ")),
      h("h2", {class: "pps-title", tabindex: "-1", "data-key": "title", "aria-live": "polite"}, state.headline),
      h("div", {class: "pps-bar", role: "img", "aria-label": parts.filter(([, n]) => n).map(([name, n]) => `${this.w(`state.${name}`)}: ${this.n(n)}`).join(", ")},
        parts.map(([name, n]) => n > 0 && h("span", {class: `pps-part pps-${name}`, style: `width:${100 * n / whole}%`}))),
      h("p", {class: "pps-legend"}, parts.map(([name, n]) => n > 0 && h("span", {class: "pps-key"},
        h("i", {class: `pps-part pps-${name}`, "aria-hidden": "true"}), ` ${this.n(n)} ${this.w(`state.${name}`)}`))),
      h("div", {class: "pps-tools", role: "toolbar", "aria-label": this.w("tools")},
        this.button("undo", () => this.step("undo"), {disabled: !state.undo, title: state.undo || null}),
        this.button("redo", () => this.step("redo"), {disabled: !state.redo, title: state.redo || null}),
        this.button("recipe", () => this.saveRecipe()),
        this.button("code", () => this.copyCode()),
        this.button("reveal", () => this.reveal(), {"aria-pressed": String(state.revealed), label: this.w(state.revealed ? "hide" : "reveal")}),
        this.button("help", () => this.showHelp(true), {label: "?", "aria-label": this.w("help"), title: this.w("help")})));
  }

  drawTabs() {
    return h("div", {class: "pps-tabs", role: "tablist", "aria-label": this.w("tabs"), onkeydown: event => this.onTabKey(event)},
      TABS.map((tab, place) => h("button", {
        type: "button", role: "tab", id: `${this.view}-${tab}`, "data-key": `tab-${tab}`,
        "aria-selected": String(tab === this.tab), "aria-controls": `${this.view}-panel`, tabindex: tab === this.tab ? "0" : "-1",
        onclick: () => this.open(tab), title: String(place + 1),
      }, this.w(`tab.${tab}`), tab === "fix" && this.state.n_held > 0 && h("span", {class: "pps-badge"}, this.n(this.state.n_held)),
      tab === "send" && this.sending?.running && h("span", {class: "pps-badge"}, "…"))));
  }

  onTabKey(event) {
    const move = {ArrowRight: 1, ArrowLeft: -1}[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    const next = TABS[(TABS.indexOf(this.tab) + move + TABS.length) % TABS.length];
    this.root.querySelector(`[data-key=tab-${next}]`).focus();
    this.open(next);
  }

  drawPanel() {
    const draws = {fix: "drawFix", columns: "drawColumns", options: "drawOptions", duplicates: "drawDuplicates", send: "drawSend"};
    const content = this.tab === "fix" || this.facts ? this[draws[this.tab]]() : h("p", {class: "pps-soft"}, this.w("loading"));
    return h("div", {class: `pps-panel pps-panel-${this.tab}`, role: "tabpanel", id: `${this.view}-panel`, "aria-labelledby": `${this.view}-${this.tab}`}, content);
  }

  drawFoot() {
    const {told, state} = this;
    const code = told?.code ?? state.step?.code;
    return h("footer", {class: "pps-foot"},
      h("p", {class: told?.bad ? "pps-told pps-bad" : "pps-told", role: told?.bad ? "alert" : "status"}, told?.text ?? ""),
      (told?.notes ?? []).map(note => h("p", {class: "pps-told pps-warning"}, note)),
      code && h("div", {class: "pps-code"}, h("span", {class: "pps-soft"}, this.w("code.line")),
        h("pre", {tabindex: "0", "aria-label": this.w("code.line")}, code)));
  }

  // Fix

  drawFix() {
    return [this.drawProblems(), this.drawMiddle(), this.drawWhy(), this.rows && this.drawRows()];
  }

  drawProblems() {
    const shown = this.shown();
    const change = part => { Object.assign(this.filter, part); this.draw(); };
    return h("nav", {class: "pps-problems", "aria-label": this.w("problems")},
      h("div", {class: "pps-filter"},
        h("input", {type: "text", "data-key": "filter", placeholder: this.w("filter"), "aria-label": this.w("filter"), value: this.filter.text,
          oninput: event => change({text: event.target.value})}),
        h("select", {"data-key": "severity", "aria-label": this.w("severity"), onchange: event => change({severity: event.target.value})},
          ["", "error", "warning", "info"].map(name => h("option", {value: name, selected: name === this.filter.severity}, this.w(`severity.${name || "all"}`)))),
        h("label", {}, h("input", {type: "checkbox", "data-key": "held", checked: this.filter.held, onchange: event => change({held: event.target.checked})}), this.w("filter.held"))),
      shown.length ? h("ul", {}, shown.map(one => h("li", {}, h("button", {
        type: "button", "data-key": `problem-${one.id}`, class: `pps-problem pps-is-${one.severity}`,
        "aria-current": one.id === this.problem ? "true" : null, onclick: () => this.choose(one.id),
      },
      h("span", {class: "pps-sign", role: "img", "aria-label": this.w(`severity.${one.severity}`)}, {error: "✖", warning: "▲", info: "●"}[one.severity]),
      h("span", {class: "pps-name"}, h("b", {}, one.label || this.w("whole.row")), h("span", {}, one.meaning)),
      h("span", {class: "pps-count"}, h("b", {}, this.n(one.rows)),
        one.frees > 0 && h("span", {}, this.w("frees", {n: one.frees})))))))
        : h("p", {class: "pps-soft"}, this.w(this.problems.length ? "problems.filtered" : "problems.none")));
  }

  drawWhy() {
    const problem = this.current();
    if (!problem) return null;
    return h("aside", {class: "pps-why", "aria-label": this.w("why")},
      h("h3", {}, problem.severity === "error" ? this.w("why.held") : this.w("why.told")),
      h("p", {}, problem.meaning), h("p", {class: "pps-soft"}, problem.action),
      h("p", {class: "pps-soft"}, h("code", {}, problem.rule)));
  }

  drawMiddle() {
    const problem = this.current();
    if (!problem) {
      return h("div", {class: "pps-middle"}, h("p", {}, this.w(this.state.n_held ? "problems.filtered" : "all.ready")),
        this.button("go.send", () => this.open("send"), {class: "pps-main"}));
    }
    const modes = ["groups", "values", ...(problem.clusters ? ["clusters"] : [])];
    return h("div", {class: "pps-middle"},
      h("div", {class: "pps-head"},
        h("h3", {}, `${problem.label || this.w("whole.row")}: ${problem.meaning}`),
        h("p", {class: "pps-soft"}, this.w("problem.counts", {rows: problem.rows, values: problem.values}),
          problem.frees > 0 && ` · ${this.w("frees", {n: problem.frees})}`),
        h("div", {class: "pps-modes", role: "group", "aria-label": this.w("modes")},
          modes.map(mode => this.button(`mode.${mode}`, () => { this.mode = mode; this.group = null; this.look(); }, {"aria-pressed": String(mode === this.mode)})),
          this.button("show.rows", () => this.showRows({problem: this.problem}), {}))),
      this.drawWhole(problem),
      this.group && this.mode === "values" && h("p", {}, h("code", {class: "pps-pattern"}, this.group.pattern), " ",
        this.button("back", () => { this.mode = "groups"; this.group = null; this.look(); })),
      this.listing ? [this.drawList(), this.drawPages(this.listing, this.page, PAGE, page => this.look(page)), this.drawActions()]
        : h("p", {class: "pps-soft"}, this.w("loading")));
  }

  drawWhole(problem) {
    const buttons = [
      problem.suggested > 0 && this.button("accept.all", () => this.actOnAll("accept"), {label: this.w("accept.all", {n: problem.suggested})}),
      problem.make.length > 0 && this.button("make.from", () => this.act("make", {field: problem.field}), {label: this.w("make.from", {fields: problem.make.join(", ")})}),
      problem.emptied && this.button("blank.all", () => this.actOnAll("blank"), {label: this.w("blank.all", {n: problem.rows})}),
      problem.emptied && this.state.unreadable === "hold" && this.button("blank.every", () => this.act("set", {name: "unreadable", new: "blank"}), {title: this.w("blank.every.text")})].filter(Boolean);
    return buttons.length ? h("div", {class: "pps-actions", role: "group", "aria-label": this.w("whole")}, h("span", {class: "pps-soft"}, this.w("whole")), buttons) : null;
  }

  drawList() {
    const isValues = this.mode === "values";
    const items = this.listing.items;
    if (!items.length) return h("p", {class: "pps-soft"}, this.w("no.values"));
    const all = items.every(one => this.chosen.has(one.id));
    const toggle = (id, on) => { on ? this.chosen.add(id) : this.chosen.delete(id); this.draw(); };
    return h("div", {class: "pps-scroll"}, h("table", {class: "pps-table"},
      h("thead", {}, h("tr", {},
        h("th", {scope: "col", class: "pps-check"}, h("input", {type: "checkbox", "data-key": "all", "aria-label": this.w("choose.all"), checked: all,
          "data-partly": !all && this.chosen.size > 0 ? "" : null,
          onchange: event => { for (const one of items) event.target.checked ? this.chosen.add(one.id) : this.chosen.delete(one.id); this.draw(); }})),
        h("th", {scope: "col"}, this.w(isValues ? "value" : this.mode === "clusters" ? "spellings" : "pattern")),
        h("th", {scope: "col", class: "pps-n"}, this.w("rows")),
        this.mode !== "clusters" && h("th", {scope: "col"}, this.w("reading")), h("th", {scope: "col"}, this.w("suggestion")))),
      h("tbody", {}, items.map(one => h("tr", {class: this.chosen.has(one.id) ? "pps-chosen" : null},
        h("td", {class: "pps-check"}, h("input", {type: "checkbox", "data-key": `item-${one.id}`, "aria-label": this.w("choose.one", {what: one.text || this.w("empty")}),
          checked: this.chosen.has(one.id), onchange: event => toggle(one.id, event.target.checked)})),
        h("th", {scope: "row"},
          this.mode === "groups" && one.n_values > 1
            ? [h("button", {type: "button", class: "pps-link", "data-key": `open-${one.id}`, title: this.w("open.group"),
                onclick: () => { this.group = {id: one.id, pattern: one.text, listing: this.listing.listing}; this.mode = "values"; this.look(); }},
              h("code", {class: "pps-pattern"}, one.text)), " ", h("span", {class: "pps-soft"}, this.w("values", {n: one.n_values}))]
            : [h("code", {class: "pps-value"}, one.text || this.w("empty"))],
          one.n_values > 1 && !one.reading && one.before && h("div", {class: "pps-soft"}, this.w("such.as"), " ", h("code", {}, one.before))),
        h("td", {class: "pps-n"}, h("button", {type: "button", class: "pps-link", "data-key": `rows-${one.id}`, "aria-label": this.w("rows.behind", {n: one.rows, what: one.text || this.w("empty")}),
          onclick: () => this.showRows({problem: this.problem, listing: this.listing.listing, [isValues ? "values" : "groups"]: [one.id], clusters: this.mode === "clusters"})}, this.n(one.rows))),
        this.mode !== "clusters" && h("td", {}, one.reading ? this.change(one.before, one.reading) : h("span", {class: "pps-soft"}, this.w("unread"))),
        h("td", {}, one.suggestion && h("button", {type: "button", "data-key": `accept-${one.id}`, class: "pps-suggest",
          title: this.w("accept"), onclick: () => this.act("accept", {[isValues ? "values" : "groups"]: [one.id], clusters: this.mode === "clusters"})},
          one.before && one.before !== one.text ? this.change(one.before, one.suggestion) : h("code", {}, one.suggestion),
          one.n_suggested > 1 && h("span", {class: "pps-soft"}, ` × ${this.n(one.n_suggested)}`))))))));
  }

  change(before, after) {
    return h("span", {class: "pps-change"}, before && [h("code", {}, before), h("span", {"aria-label": this.w("becomes")}, " → ")], h("code", {}, after));
  }

  drawPages(list, page, size, go) {
    if (list.total <= size) return null;
    const first = page * size + 1, last = Math.min(list.total, first + size - 1);
    return h("div", {class: "pps-pages", role: "group", "aria-label": this.w("pages")},
      this.button("page.back", () => go(page - 1), {disabled: page === 0}),
      h("span", {}, this.w("page.of", {first, last, total: list.total})),
      this.button("page.next", () => go(page + 1), {disabled: last >= list.total}));
  }

  drawActions() {
    const n = this.chosen.size;
    const fix = () => this.actOnChosen("fix", {new: this.root.querySelector("[data-key=new]").value});
    return h("div", {class: "pps-actions", role: "group", "aria-label": this.w("actions")},
      h("span", {class: "pps-soft"}, this.w(this.mode === "values" ? "chosen.values" : "chosen.groups", {n})),
      h("span", {class: "pps-pair"},
        h("input", {type: "text", "data-key": "new", placeholder: this.w(this.mode === "groups" && this.listing.items.some(one => one.text.includes("*")) ? "new.pattern" : "new.value"), "aria-label": this.w("new.value"), autocomplete: "off",
          list: this.listing.choices?.length ? `${this.view}-choices` : null,
          onkeydown: event => { if (event.key === "Enter") { event.preventDefault(); fix(); } }}),
        this.listing.choices?.length ? h("datalist", {id: `${this.view}-choices`}, this.listing.choices.map(word => h("option", {value: word}))) : null,
        this.button("fix", fix, {disabled: !n})),
      this.button("accept", () => this.actOnChosen("accept"), {disabled: !n}),
      this.button("blank", () => this.actOnChosen("blank"), {disabled: !n}),
      this.button("leave.out", () => this.actOnChosen("leave_out"), {disabled: !n}),
      h("details", {}, h("summary", {"data-key": "replace.title"}, this.w("replace.title")),
        h("span", {class: "pps-pair"},
          h("input", {type: "text", "data-key": "old.text", placeholder: this.w("old.text"), "aria-label": this.w("old.text"), autocomplete: "off"}),
          h("input", {type: "text", "data-key": "new.text", placeholder: this.w("new.text"), "aria-label": this.w("new.text"), autocomplete: "off"}),
          this.button("replace", () => this.actOnChosen("replace", {
            old: this.root.querySelector("[data-key='old.text']").value, new: this.root.querySelector("[data-key='new.text']").value}), {disabled: !n}))));
  }

  // Rows behind values

  drawRows() {
    const {rows} = this;
    return h("section", {class: "pps-rows", "aria-label": this.w("rows.title")},
      h("div", {class: "pps-head"}, h("h3", {tabindex: "-1", "data-key": "rows-title"}, this.w("rows.title")), h("p", {class: "pps-soft"}, this.w("rows.how")),
        this.button("close", () => { this.rows = null; this.draw(); })),
      this.drawRowTable(rows),
      this.drawPages(rows, rows.offset / 20, 20, page => this.showRows(rows.asked, page * 20)));
  }

  drawRowTable(rows) {
    return h("div", {class: "pps-scroll"}, h("table", {class: "pps-table pps-sheet"},
      h("thead", {}, h("tr", {}, h("th", {scope: "col"}, this.w("row")), rows.columns.map(column =>
        h("th", {scope: "col"}, column.name, column.label && column.label !== column.name && h("span", {class: "pps-soft"}, ` ${column.label}`))), h("th", {scope: "col"}, this.w("reason")))),
      h("tbody", {}, rows.items.map(row => h("tr", {},
        h("th", {scope: "row", class: "pps-n"}, row.number),
        row.cells.map((cell, place) => this.drawCell(row, rows.columns[place], cell)),
        h("td", {class: "pps-reason"}, row.reason))))));
  }

  drawCell(row, column, cell) {
    const key = `cell-${row.row}-${column.name}`;
    const classes = cell.severity ? `pps-is-${cell.severity}` : null;
    if (!column.field) return h("td", {class: classes}, cell.text ?? "");
    const edit = () => {
      const keep = () => { if (input.value !== started || column.changed) this.fixCell(row.row, column.field, input.value, key); else this.draw(); };
      const started = this.state.revealed || !cell.masked ? cell.text ?? "" : "";
      const input = h("input", {type: "text", "data-key": key, value: started, placeholder: cell.masked ? cell.text : null, "aria-label": this.w("cell", {row: row.number, column: column.name}), autocomplete: "off",
        onkeydown: event => {
          event.stopPropagation();
          if (event.key === "Enter") { event.preventDefault(); keep(); }
          if (event.key === "Escape") { event.preventDefault(); this.draw(); }
        }});
      button.replaceWith(input);
      input.focus();
      input.select();
    };
    const button = h("button", {type: "button", class: "pps-cell", "data-key": key, "aria-label": `${this.w("cell", {row: row.number, column: column.name})}: ${cell.text || this.w("empty")}`, onclick: edit}, cell.text || "\u00a0");
    return h("td", {class: classes}, button);
  }

  async fixCell(row, field, value) {
    await this.act("fix_rows", {row, field, new: value});
  }

  // Columns

  drawColumns() {
    const {facts} = this;
    return [
      h("section", {class: "pps-card"}, h("h3", {}, this.w("columns.needed")),
        h("ul", {class: "pps-checklist"}, facts.needed.map(one => h("li", {class: one.ok ? "pps-good" : "pps-error"},
          h("span", {role: "img", "aria-label": this.w(one.ok ? "there" : "missing")}, one.ok ? "✔" : "✖"), " ", h("b", {}, one.label), " ", h("span", {class: "pps-soft"}, one.text), " ", this.drawLacking(one))))),
      facts.conflicts.length > 0 && h("section", {class: "pps-card"}, h("h3", {}, this.w("columns.conflicts")),
        facts.conflicts.map(one => h("div", {class: "pps-conflict"}, h("b", {}, one.label), h("div", {class: "pps-side"},
          one.columns.map(column => h("div", {}, h("p", {}, column.name), h("p", {}, column.samples.map(sample => h("code", {class: "pps-sample"}, sample))),
            this.button(`use-${one.field}-${column.name}`, () => this.act("map", {column: column.place, field: one.field}), {label: this.w("use.column"), disabled: column.used}))))))),
      h("section", {class: "pps-card"}, h("h3", {}, this.w("columns.all")),
        h("div", {class: "pps-scroll"}, h("table", {class: "pps-table"},
          h("thead", {}, h("tr", {}, ["column", "samples", "field", "reasons"].map(name => h("th", {scope: "col"}, this.w(`columns.${name}`))))),
          h("tbody", {}, facts.columns.map(one => h("tr", {},
            h("th", {scope: "row"}, one.name),
            h("td", {}, one.samples.map(sample => h("code", {class: "pps-sample"}, sample))),
            h("td", {}, h("select", {"data-key": `map-${one.name}`, "aria-label": this.w("columns.field.of", {column: one.name}), onchange: event => this.act("map", {column: one.place, field: event.target.value})},
              h("option", {value: "", selected: !one.field}, this.w("columns.none")),
              facts.fields.map(field => h("option", {value: field.field, selected: field.field === one.field}, field.label === field.field ? field.field : `${field.label} (${field.field})`)))),
            h("td", {class: "pps-soft"}, one.reasons))))))),
      h("section", {class: "pps-card"}, h("h3", {}, this.w("columns.constant")), h("p", {class: "pps-soft"}, this.w("columns.constant.how")),
        facts.constants.map(one => h("p", {}, h("b", {}, one.field), " = ", h("code", {}, one.value))),
        h("span", {class: "pps-pair"},
          h("select", {"data-key": "constant-field", "aria-label": this.w("columns.field")}, facts.fields.map(field => h("option", {value: field.field}, field.label === field.field ? field.field : `${field.label} (${field.field})`))),
          h("input", {type: "text", "data-key": "constant-value", "aria-label": this.w("new.value"), placeholder: this.w("new.value")}),
          this.button("add", () => this.act("constants", {field: this.root.querySelector("[data-key=constant-field]").value, new: this.root.querySelector("[data-key=constant-value]").value}))))];
  }

  /** What can stand for a field that every record needs and that has no column. */
  drawLacking(one) {
    const free = this.facts.columns.filter(column => !column.field);
    return [
      one.make.length > 0 && this.button(`make-${one.field}`, () => this.act("make", {field: one.field}), {label: this.w("make.from", {fields: one.make.join(", ")}), class: "pps-main"}), " ",
      one.lacks.map(field => free.length > 0 && h("select", {"data-key": `lacks-${field}`, "aria-label": this.w("columns.choose", {field}),
        onchange: event => event.target.value && this.act("map", {column: Number(event.target.value), field})},
      h("option", {value: ""}, this.w("columns.choose", {field})), free.map(column => h("option", {value: String(column.place)}, `${column.name}: ${column.samples[0] ?? ""}`))))];
  }

  // Options

  drawOptions() {
    return h("div", {class: "pps-cards"}, this.facts.options.map(one => h("section", {class: "pps-card"},
      h("h3", {id: `${this.view}-o-${one.name}`}, one.label), h("p", {class: "pps-soft"}, one.text),
      one.evidence.map(line => h("p", {}, line)),
      one.words ? this.drawWords(one)
        : one.choices ? h("select", {"data-key": `option-${one.name}`, "aria-labelledby": `${this.view}-o-${one.name}`, onchange: event => this.act("set", {name: one.name, new: JSON.parse(event.target.value)})},
          one.choices.map(choice => h("option", {value: JSON.stringify(choice.value), selected: choice.value === one.value}, choice.label)))
        : h("input", {type: "text", "data-key": `option-${one.name}`, "aria-labelledby": `${this.view}-o-${one.name}`, value: String(one.value ?? ""),
          onchange: event => this.act("set", {name: one.name, new: event.target.value})}))));
  }

  drawWords(one) {
    const given = {...one.value};
    return h("div", {}, one.words.length ? one.words.map(word => h("p", {class: "pps-pair"}, h("code", {}, word.text), " = ",
      h("select", {"data-key": `word-${one.name}-${word.text}`, "aria-label": word.text, onchange: event => {
        if (event.target.value) given[word.text] = event.target.value; else delete given[word.text];
        this.act("set", {name: one.name, new: given});
      }}, ["", ...one.targets].map(target => h("option", {value: target, selected: target === word.value}, target || "–"))),
      h("span", {class: "pps-soft"}, this.w("rows.n", {n: word.rows})))) : h("p", {class: "pps-soft"}, this.w("options.no_words")));
  }

  // Duplicates

  drawDuplicates() {
    const {facts} = this;
    const go = async page => { this.facts = await this.ask("duplicates", {offset: page * 10}); this.draw(); };
    return [
      h("p", {}, facts.text),
      facts.policy && h("label", {class: "pps-pair"}, this.w("duplicates.policy"), " ", h("select", {"data-key": "policy", onchange: event => this.act("set", {name: "duplicates", new: event.target.value})},
        ["last", "first", "hold"].map(name => h("option", {value: name, selected: name === facts.policy}, this.w(`duplicates.${name}`))))),
      facts.groups.map(group => h("section", {class: "pps-card"}, h("h3", {}, h("code", {}, group.key)),
        h("div", {class: "pps-scroll"}, h("table", {class: "pps-table pps-sheet"},
          h("thead", {}, h("tr", {}, h("th", {scope: "col"}, this.w("row")), h("th", {scope: "col"}, this.w("duplicates.head")), group.columns.map(name => h("th", {scope: "col"}, name)))),
          h("tbody", {}, group.rows.map(row => h("tr", {}, h("th", {scope: "row", class: "pps-n"}, row.number),
            h("td", {}, row.wins ? h("b", {class: "pps-good"}, this.w("duplicates.wins")) : this.button(`win-${row.row}`, () => this.act("win", {row: row.row}), {label: this.w("duplicates.choose")})),
            row.cells.map((text, place) => h("td", {class: group.differs[place] ? "pps-differs" : null}, group.differs[place] ? h("b", {}, text) : text))))))))),
      this.drawPages(facts, facts.offset / 10, 10, go)];
  }

  // Send

  drawSend() {
    const {facts, sending} = this;
    const target = this.target ?? facts.target;
    const choose = name => { this.target = name; this.plan = null; this.draw(); };
    const sourceName = () => this.root.querySelector("[data-key=source]").value;
    const running = sending?.running;
    return [
      h("fieldset", {class: "pps-targets", disabled: running}, h("legend", {}, this.w("send.where")),
        facts.targets.map(one => h("label", {class: "pps-pair"}, h("input", {type: "radio", name: `${this.view}-target`, "data-key": `target-${one.name}`, checked: one.name === target, disabled: !one.there,
          onchange: () => choose(one.name)}), one.label, h("span", {class: "pps-soft"}, one.text)))),
      h("p", {class: `pps-target pps-target-${target}`}, facts.targets.find(one => one.name === target)?.large),
      h("p", {class: "pps-pair"}, h("label", {for: `${this.view}-source`}, this.w("send.source")),
        h("input", {type: "text", id: `${this.view}-source`, "data-key": "source", value: this.sourceName ?? facts.source ?? "", disabled: running, oninput: event => { this.sourceName = event.target.value; }}),
        this.button("plan", async () => { const plan = await this.ask("plan", {target, source: sourceName()}); this.plan = plan.type === "refused" ? null : plan; this.draw(); }, {disabled: running}),
        this.button("send.sample", () => this.send(target, sourceName(), facts.sample), {disabled: running || !this.state.n_ready, label: this.w("send.sample", {n: Math.min(facts.sample, this.state.n_ready)})}),
        this.button("send.all", () => this.send(target, sourceName(), null), {class: "pps-main", disabled: running || !this.state.n_ready, label: this.w("send.all", {n: this.state.n_ready})})),
      this.confirming && h("div", {class: "pps-card", role: "alertdialog", "aria-label": this.w("send.sure")}, h("p", {}, h("b", {}, this.w("send.sure")), " ", this.w("send.sure.text", {n: this.state.n_ready, where: facts.targets.find(one => one.name === target)?.text ?? ""})),
        this.button("send.yes", () => { const again = this.confirming; this.confirming = null; again(); }, {class: "pps-main"}), " ",
        this.button("cancel", () => { this.confirming = null; this.draw(); })),
      this.plan && h("ul", {class: "pps-plan"}, this.plan.lines.map(line => h("li", {}, line))),
      h("div", {class: "pps-sending", "aria-live": "polite"}, this.sendingParts()),
      facts.runs.length > 0 && h("section", {class: "pps-card"}, h("h3", {}, this.w("send.runs")), h("ul", {}, facts.runs.map(line => h("li", {}, line))))];
  }

  sendingParts() {
    const {sending} = this;
    if (!sending) return [];
    const share = sending.n_rows ? 100 * sending.n_done / sending.n_rows : 0;
    return [
      h("h3", {}, sending.title),
      h("div", {class: "pps-bar", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": share.toFixed(0), "aria-label": sending.title}, h("span", {class: "pps-part pps-ready", style: `width:${share}%`})),
      sending.lines.map(line => h("p", {}, line)),
      sending.running && this.button("stop", () => this.ask("stop"), {class: "pps-stop", disabled: sending.stopping}),
      !sending.running && sending.counts.length > 0 && h("table", {class: "pps-table pps-counts"}, h("tbody", {}, sending.counts.map(one => h("tr", {}, h("th", {scope: "row"}, one.label), h("td", {class: "pps-n"}, this.n(one.n)), h("td", {class: "pps-soft"}, one.meaning))))),
      !sending.running && sending.reasons.length > 0 && h("ul", {}, sending.reasons.map(line => h("li", {}, line))),
      !sending.running && sending.n_back > 0 && this.button("rejected", async () => { this.tab = "fix"; await this.showRows({rejected: true}); }, {label: this.w("send.rejected", {n: sending.n_back})})];
  }

  drawSending() {
    const place = this.root.querySelector(".pps-sending");
    if (this.tab === "send" && place) {
      const focused = place.contains(this.root.getRootNode().activeElement);
      place.replaceChildren(...this.sendingParts().flat(3).filter(Boolean));
      if (focused) place.querySelector("[data-key=stop]")?.focus();
    }
  }

  async sent() { if (this.tab === "send") await this.open("send"); else this.draw(); }

  async send(target, source, sample) {
    const go = async () => {
      const started = await this.ask("begin", {target, source, sample});
      if (started.type === "refused") return;
      this.sending = started.sending;
      this.told = null;
      this.draw();
    };
    if (target === "real") { this.confirming = go; this.draw(); this.root.querySelector("[data-key=cancel]")?.focus(); } else await go();
  }

  // The keyboard

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
      f: onFix(() => this.focus("new")), a: onFix(() => this.actOnChosen("accept")), b: onFix(() => this.actOnChosen("blank")),
      x: onFix(() => this.actOnChosen("leave_out")), r: onFix(() => this.showRows({problem: this.problem})),
      A: onFix(() => this.actOnAll("accept")), B: onFix(() => this.actOnAll("blank")),
      l: onFix(() => this.focusList()), "/": onFix(() => this.focus("filter")),
      u: () => this.state.undo && this.step("undo"), U: () => this.state.redo && this.step("redo"),
      s: () => this.reveal(), c: () => this.copyCode(), "?": () => this.showHelp(true),
      ...Object.fromEntries(TABS.map((tab, place) => [String(place + 1), () => { this.open(tab); this.focus(`tab-${tab}`); }])),
    };
  }

  focus(key) { this.root.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus(); }

  focusList() { this.root.querySelector(".pps-table input[type=checkbox]")?.focus(); }

  onKey(event) {
    event.stopPropagation();
    if (!this.state) return;
    if (event.key === "Escape") {
      if (this.help) { this.showHelp(false); event.preventDefault(); } else if (this.rows && this.tab === "fix") { this.rows = null; this.draw(); event.preventDefault(); } else if (["INPUT", "SELECT"].includes(event.target.tagName)) this.focus("title");
      return;
    }
    const isText = event.target.tagName === "INPUT" && event.target.type === "text" || event.target.tagName === "SELECT";
    if (event.ctrlKey || event.metaKey || event.altKey || isText) return;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && this.moveFocus(event.target, event.key === "ArrowDown" ? 1 : -1)) { event.preventDefault(); return; }
    const action = this.keys()[event.key];
    if (action) { event.preventDefault(); action(); }
  }

  /** Arrows go through lists: problems, and the boxes of values. */
  moveFocus(from, by) {
    for (const wanted of [".pps-problem", ".pps-table input[type=checkbox]", ".pps-cell"]) {
      if (!from.matches(wanted)) continue;
      const all = [...this.root.querySelectorAll(wanted)];
      const step = wanted === ".pps-cell" ? from.closest("tr").querySelectorAll(".pps-cell").length : 1;
      const next = all[all.indexOf(from) + by * step];
      next?.focus();
      return true;
    }
    return false;
  }

  showHelp(on) {
    this.help = on;
    this.draw();
    this.focus(on ? "help.close" : "help");
  }

  drawHelp() {
    const lines = ["1–5", "j k", "↑ ↓", "/", "l", "*", "f", "a", "b", "x", "g v", "r", "u U", "s", "c", "Esc", "A B"];
    return h("div", {class: "pps-help", role: "dialog", "aria-modal": "true", "aria-label": this.w("help")},
      h("h3", {}, this.w("help")),
      h("dl", {}, lines.map((keys, place) => [h("dt", {}, keys.split(" ").map(one => h("kbd", {}, one))), h("dd", {}, this.w(`help.${place + 1}`))])),
      this.button("help.close", () => this.showHelp(false), {label: this.w("close")}));
  }
}

export default {
  render({model, el}) {
    const studio = new Studio(model, el);
    studio.start();
    return () => studio.stop();
  },
};
