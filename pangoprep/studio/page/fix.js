// The tab where values are fixed: problems, groups and values, what is done to them.

Object.assign(Studio.prototype, {
  drawFix() {
    const rows = this.rows && this.drawRows();  // above, where they are not those of a problem
    return [!this.rows?.asked.problem && rows, this.drawProblems(), this.drawMiddle(), this.drawWhy(), this.rows?.asked.problem && rows];
  },

  drawProblems() {
    const shown = this.shown();
    const change = part => { Object.assign(this.filter, part); this.rank(); this.draw(); };
    return h("nav", {class: "pps-problems", "aria-label": this.w("problems")},
      h("div", {class: "pps-filter"},
        h("input", {type: "text", "data-key": "filter", placeholder: this.w("filter"), "aria-label": this.w("filter"), value: this.filter.text,
          oninput: event => change({text: event.target.value})}),
        this.menu("severity", ["", "error", "warning", "info"].map(name => ({value: name, label: this.w(`severity.${name || "all"}`)})),
          this.filter.severity, severity => change({severity}), {"aria-label": this.w("severity")}),
        h("label", {}, h("input", {type: "checkbox", "data-key": "held", checked: this.filter.held, onchange: event => change({held: event.target.checked})}), this.w("filter.held")),
        this.button("sort", () => { this.rank(); this.draw(); }, {disabled: this.isRanked(), class: "pps-link", title: this.w("sort.text")})),
      shown.length ? h("ul", {"data-scroll": "problems"}, shown.map(one => this.drawProblem(one)))
        : h("p", {class: "pps-soft"}, this.w(this.problems.length ? "problems.filtered" : "problems.none")));
  },

  drawProblem(one) {
    return h("li", {}, h("button", {
      type: "button", "data-key": `problem-${one.id}`, class: `pps-problem pps-is-${one.severity}`,
      "aria-current": one.id === this.problem ? "true" : null, onclick: () => this.choose(one.id),
    },
    h("span", {class: "pps-sign", role: "img", "aria-label": this.w(`severity.${one.severity}`)}, {error: "✖", warning: "▲", info: "●"}[one.severity]),
    h("span", {class: "pps-name"}, h("b", {}, one.label || this.w("whole.row")), h("span", {}, one.meaning)),
    h("span", {class: "pps-count"}, h("b", {}, this.n(one.rows)),
      one.frees > 0 && h("span", {}, this.w("frees", {n: one.frees})))));
  },

  drawWhy() {
    const problem = this.current();
    if (!problem) return null;
    return h("aside", {class: "pps-why", "aria-label": this.w("why")},
      h("h3", {}, problem.severity === "error" ? this.w("why.held") : this.w("why.told")),
      h("p", {}, problem.meaning), (problem.fields.length > 0 || !problem.tab) && h("p", {}, `→ ${problem.action}`), problem.severity === "error" && problem.fields.length > 0 && h("p", {}, `→ ${this.w(problem.emptied ? "why.here" : "why.fill")}`),
      this.listing?.choices?.length > 0 && h("p", {}, this.w("why.choices"), " ", this.listing.choices.map((word, place) => [place ? ", " : "", h("code", {}, word)])),
      problem.tab && problem.fields.length > 0 && this.drawGoTab(problem),
      h("p", {class: "pps-soft"}, h("code", {}, problem.rule)));
  },

  drawGoTab(problem) {
    return h("p", {}, this.button("go.tab", () => this.open(problem.tab), {class: problem.fields.length ? null : "pps-main", label: this.w("go.tab", {tab: this.w(`tab.${problem.tab}`)})}));
  },

  drawMiddle() {
    const problem = this.current();
    if (!problem) {
      return h("div", {class: "pps-middle"}, h("p", {}, this.w(this.state.n_held ? "problems.filtered" : "all.ready")),
        this.button("go.send", () => this.open("send"), {class: "pps-main"}));
    }
    if (problem.tab && !problem.fields.length) {  // no cell of it can be mended
      return h("div", {class: "pps-middle"}, h("h3", {}, `${problem.label}: ${problem.meaning}`), this.drawWhole(problem), this.drawGoTab(problem));
    }
    const modes = ["groups", "values", ...(problem.clusters ? ["clusters"] : [])];
    return h("div", {class: "pps-middle"},
      h("div", {class: "pps-head"},
        h("div", {}, h("h3", {}, `${problem.label || this.w("whole.row")}: ${problem.meaning}`),
          h("p", {class: "pps-soft"}, [this.w("rows.n", {n: problem.rows}), this.w("values.n", {n: problem.values})].join(", "),
            problem.frees > 0 && ` · ${this.w("frees", {n: problem.frees})}`)),
        h("div", {class: "pps-pair"},
          h("div", {class: "pps-modes", role: "group", "aria-label": this.w("modes")},
            modes.map(mode => this.button(`mode.${mode}`, () => this.lookBy(mode), {"aria-pressed": String(mode === this.mode)}))),
          this.button("show.rows", () => this.showRows({problem: this.problem})))),
      this.drawWhole(problem),
      this.group && this.mode === "values" && h("p", {class: "pps-pair"}, this.button("back", () => { this.mode = "groups"; this.group = null; this.look(); }),
        h("code", {class: "pps-pattern"}, this.group.pattern)),
      this.listing ? [this.drawList(), this.drawActions()]
        : h("p", {class: "pps-soft"}, this.w("loading")));
  },

  /** What decides about a problem as a whole, with nothing chosen first. */
  drawWhole(problem) {
    const buttons = [
      problem.suggested > 0 && this.button("accept.all", () => this.actOnAll("accept"), {class: "pps-main", label: this.w("accept.all", {n: problem.suggested})}),
      problem.make.length > 0 && this.button("make.from", () => this.act("make", {field: problem.field}), {class: "pps-main", label: this.w("make.from", {fields: problem.make.join(", ")})}),
      problem.emptied && this.button("blank.all", () => this.actOnAll("blank"), {label: this.w("blank.all", {n: problem.rows})}),
      problem.severity === "error" && problem.fields.length > 0 && this.button("leave.all", () => this.act("leave_out", {all: true}), {label: this.w("leave.all", {n: problem.rows})}),
      problem.emptied && this.state.unreadable === "hold" && this.button("blank.every", () => this.askEmpties(), {title: this.w("blank.every.text")})].filter(Boolean);
    return buttons.length ? [h("div", {class: "pps-whole", role: "group", "aria-label": this.w("whole")}, h("span", {}, this.w("whole")), buttons), this.drawEmpties()] : null;
  },

  /** Say what emptying in every column comes to, before it is done. */
  async askEmpties() {
    const told = await this.ask("empties");
    if (told.type === "refused") return;
    this.empties = {...told, version: this.version};
    this.draw();
    this.find("empties.yes")?.focus();
  },

  drawEmpties() {
    if (!this.empties || this.empties.version !== this.version) return null;
    const end = () => { this.empties = null; this.draw(); };
    return h("section", {class: "pps-card pps-empties", role: "group", "aria-label": this.w("empties.title")}, h("p", {}, h("b", {}, this.w("empties.title"))),
      h("ul", {}, this.empties.lines.map(line => h("li", {}, line))),
      h("p", {class: "pps-pair"}, this.button("empties.yes", () => { this.empties = null; this.act("set", {name: "unreadable", new: "blank"}); }, {class: "pps-main"}), this.button("cancel", end)));
  },

  drawList() {
    const {listing} = this, {list} = listing;
    if (!list.total) return h("p", {class: "pps-soft"}, this.w("no.values"));
    const {fields} = this.current(), {n, all} = this.counted();
    return list.table("list", this.w("list"), h("tr", {},
      h("th", {scope: "col", class: "pps-check"}, h("input", {type: "checkbox", "data-key": "all", "aria-label": this.w("choose.all", {n: list.total}), checked: all,
        "data-partly": !all && n > 0 ? "" : null, onchange: event => this.chooseAll(event.target.checked)})),
      h("th", {scope: "col"}, fields.length > 1 && `${fields[0].label}: `, this.w({values: "value", clusters: "spellings", groups: "pattern"}[this.mode]), this.mode === "groups" && h("span", {class: "pps-soft"}, ` ${this.w("pattern.signs")}`)),
      h("th", {scope: "col", class: "pps-n"}, this.w("rows")),
      listing.n_read > 0 && h("th", {scope: "col"}, this.w("reading")), listing.n_suggested > 0 && h("th", {scope: "col"}, this.w("suggestion"))), {class: "pps-table"});
  },

  drawLine(one) {
    const {listing} = this, isChosen = this.isChosen(one.id), just = {[this.mode === "values" ? "values" : "groups"]: [one.id], clusters: this.mode === "clusters"};
    return h("tr", {class: isChosen ? "pps-chosen" : null},
      h("td", {class: "pps-check"}, h("input", {type: "checkbox", "data-key": `item-${one.id}`, "aria-label": this.w("choose.one", {what: one.text || this.w("empty")}),
        checked: isChosen, onchange: event => this.chooseOne(one, event.target.checked)})),
      h("th", {scope: "row"}, this.drawItem(one)),
      h("td", {class: "pps-n"}, h("button", {type: "button", class: "pps-link", "data-key": `rows-${one.id}`, "aria-label": this.w("rows.behind", {n: one.rows, what: one.text || this.w("empty")}),
        onclick: () => this.showRows({problem: this.problem, listing: listing.listing, ...just})}, this.n(one.rows))),
      listing.n_read > 0 && h("td", {}, one.reading ? this.change(one.reading === one.before ? null : one.before, one.reading) : one.before && h("span", {class: "pps-soft"}, this.w("unread"))),
      listing.n_suggested > 0 && h("td", {}, one.suggestion && h("button", {type: "button", "data-key": `accept-${one.id}`, class: "pps-suggest",
        title: this.w("accept"), onclick: () => this.act("accept", just)},
        one.before && one.before !== one.text ? this.change(one.before, one.suggestion) : h("code", {}, one.suggestion),
        one.n_suggested > 1 && h("span", {class: "pps-soft"}, ` × ${this.n(one.n_suggested)}`))));
  },

  drawItem(one) {
    const isGroup = this.mode === "groups" && one.n_values > 1;
    const open = () => { this.group = {id: one.id, pattern: one.text, listing: this.listing.listing}; this.mode = "values"; this.look(); };
    return [
      isGroup ? [h("button", {type: "button", class: "pps-link", "data-key": `open-${one.id}`, title: this.w("open.group"), onclick: open}, h("code", {class: "pps-pattern"}, one.text)), " ",
        h("span", {class: "pps-soft"}, this.w("values", {n: one.n_values}))]
        : h("code", {class: "pps-value"}, one.text || this.w("empty")),
      one.n_values > 1 && !one.reading && one.before && h("div", {class: "pps-soft"}, this.w("such.as"), " ", h("code", {}, one.before))];
  },

  change(before, after) {
    return h("span", {class: "pps-change"}, before && [h("code", {}, before), h("span", {role: "img", "aria-label": this.w("becomes")}, " → ")], h("code", {}, after));
  },

  drawActions() {
    const {n, rows, n_suggested} = this.counted();
    const hasStar = this.mode === "groups" && this.listing.items.some(one => one.text.includes("*"));
    const {fields} = this.current();
    const into = fields.length > 1 ? this.typed.into ?? fields[0].value : null;
    const field = fields.find(one => one.value === (into ?? this.current().field))?.label ?? this.current().label;
    const replace = () => this.lacks(n, this.typed["old.text"]) || this.actOnChosen("replace", {old: this.typed["old.text"], new: this.typed["new.text"] ?? ""});
    const onEnter = action => event => { if (event.key === "Enter") { event.preventDefault(); action(); } };
    const fix = () => this.fixChosen(this.typed.new ?? "", into);
    return h("div", {class: "pps-actions", role: "group", "aria-label": this.w("actions")},
      h("b", {class: "pps-chosen-count"}, n ? this.w("chosen", {n, rows: this.w("rows.n", {n: rows})}) : this.w("chosen.none")),
      into && h("label", {class: "pps-pair"}, this.w("into"), this.menu("into", fields, into, value => { this.typed.into = value; this.draw(); })),
      h("span", {class: "pps-pair pps-new"},
        this.box("new", {oninput: () => { this.allow("fix", this.lacks(n, this.typed.new)); this.preview({new: this.typed.new}); }, placeholder: this.w("new.value", {field}), "aria-label": this.w("new.value", {field}),
          list: this.listing.choices?.length ? `${this.view}-choices` : null,
          onkeydown: onEnter(fix)}),
        this.listing.choices?.length ? h("datalist", {id: `${this.view}-choices`}, this.listing.choices.map(word => h("option", {value: word}))) : null,
        this.button("fix", fix, {...this.barred(this.lacks(n, this.typed.new)), class: n ? "pps-main" : null})),
      this.button("accept", () => this.actOnChosen("accept"), {disabled: !n_suggested}),
      this.button("blank", () => this.actOnChosen("blank"), {disabled: !n}),
      this.button("leave.out", () => this.actOnChosen("leave_out"), {disabled: !n}),
      h("details", {"data-key": "replace.within"}, h("summary", {"data-key": "replace.title"}, this.w("replace.title")),
        h("span", {class: "pps-pair"},
          ["old.text", "new.text"].map(key => this.box(key, {onkeydown: onEnter(replace), placeholder: this.w(key), "aria-label": this.w(key),
            oninput: () => { this.allow("replace", this.lacks(n, this.typed["old.text"])); this.preview({old: this.typed["old.text"] ?? "", new: this.typed["new.text"] ?? ""}); }})),
          this.button("replace", replace, this.barred(this.lacks(n, this.typed["old.text"]))))),
      hasStar && h("p", {class: "pps-soft"}, this.w("new.pattern")),
      h("div", {class: "pps-preview pps-soft", role: "status"}), this.sure && this.drawSure());
  },

  /** What lacks for doing something with what is typed: a choice, or a text. */
  lacks(n, text) { return !n ? "choose.first" : !text?.trim() ? "type.first" : null; },

  /** A button says why it cannot be pressed. */
  barred(lack) { return {disabled: !!lack, title: lack && this.w(lack), "aria-description": lack && this.w(lack)}; },

  /** The same while one types; what was refused before is no more said then. */
  allow(key, lack) {
    const button = this.find(key);
    button.disabled = !!lack;
    for (const name of ["title", "aria-description"]) if (lack) button.setAttribute(name, this.w(lack)); else button.removeAttribute(name);
    if (!this.told?.bad) return;
    this.told = null;
    this.drawTold();
  },

  /** Of different people the same phone is seldom meant: one value for many is asked about first. */
  async fixChosen(value, into) {
    const {n, n_values, rows} = this.counted();
    if (this.lacks(n, value)) return;
    const go = () => this.actOnChosen("fix", {new: value, into});
    const {personal, rule} = this.current(), isEmpty = rule.startsWith("required.");
    if (!personal || isEmpty || n_values < 2 || value.includes("*")) { await go(); return; }
    this.sure = {n: n_values, rows, value, go};
    this.draw();
    this.focus("sure.yes");
  },

  drawSure() {
    const {n, rows, value, go} = this.sure, end = () => { this.sure = null; this.draw(); };
    return h("div", {class: "pps-card pps-empties", role: "group", "aria-label": this.w("sure.title")}, h("p", {}, h("b", {}, this.w("sure.title")), " ", this.w("sure.text", {n, rows: this.w("rows.n", {n: rows}), value})),
      h("p", {class: "pps-pair"}, this.button("sure.yes", () => { this.sure = null; go(); }, {class: "pps-main"}), this.button("cancel", end)));
  },

  /** Show what would become of the chosen values, while it is typed. */
  preview(content) {
    clearTimeout(this.previewing);
    this.previewing = setTimeout(async () => {
      const nothing = content.old !== undefined ? !content.old : !content.new.trim();
      const told = !this.counted().n || nothing ? null
        : await this.ask("preview", {problem: this.problem, listing: this.listing?.listing, ...this.selected(), ...content});
      const lines = told?.items?.length ? [...told.items.map(one => h("div", {}, this.change(one.before || this.w("empty"), one.after))), told.more > 0 && h("div", {}, this.w("and.more", {n: told.more}))].filter(Boolean) : [];
      const place = this.root.querySelector(".pps-preview");
      place?.replaceChildren(...(told?.text ? [h("p", {}, told.text), ...lines] : []));
      if (told) place?.closest(".pps-actions").scrollIntoView({block: "nearest"});
    }, PREVIEW_MS);
  },

  // What is chosen: all that the list has, but some; or some.

  chooseNone() { this.choice = {all: false, but: new Map()}; },

  chooseAll(on) { this.choice = {all: on, but: new Map()}; this.draw(); },

  chooseOne(one, on) {
    if (on === this.choice.all) this.choice.but.delete(one.id);
    else this.choice.but.set(one.id, one);
    this.draw();
  },

  isChosen(id) { return this.choice.but.has(id) !== this.choice.all; },

  /** How many are chosen, how many rows they have, and for how many something is suggested. */
  counted() {
    const {choice: {all, but}, listing} = this, some = [...but.values()];
    const sum = of => some.reduce((total, one) => total + of(one), 0);
    const told = [some.length, sum(one => one.rows), sum(one => one.n_suggested), sum(one => one.n_values)];
    const [n, rows, n_suggested, n_values] = all ? [listing.total, listing.rows, listing.n_suggested, listing.n_values].map((whole, place) => whole - told[place]) : told;
    return {n, rows, n_suggested, n_values, all: n > 0 && n === listing.total};
  },

  selected() {
    const {choice: {all, but}} = this, kind = this.mode === "values" ? "values" : "groups";
    const told = {clusters: this.mode === "clusters", group: this.mode === "values" ? this.group?.id : null};
    return all ? {...told, all, [`but_${kind}`]: [...but.keys()]} : {...told, [kind]: [...but.keys()]};
  },

  async actOnChosen(action, content = {}) {
    if (!this.listing || !this.counted().n) {
      this.told = {text: this.w("choose.first"), bad: true};
      this.draw();
      return;
    }
    // Lines of the list are numbered as its values are: those above that go away are no more counted.
    const {choice: {all, but}, listing: {list}} = this, n_above = [...but.keys()].filter(id => id < list.top).length;
    this.topAfter = all ? n_above : list.top - n_above;
    await this.act(action, {...this.selected(), ...content});
    this.topAfter = null;
  },

  /** Do something to all that the problem lists, without choosing it first. */
  async actOnAll(action) {
    const problem = this.current();
    if (!problem || !(action === "accept" ? problem.suggested : problem.emptied)) return;
    await this.act(action, {all: true});
  },
});
