// The tab where values are fixed: problems, groups and values, what is done to them.

Object.assign(Studio.prototype, {
  drawFix() {
    return [this.drawProblems(), this.drawMiddle(), this.drawWhy(), this.rows && this.drawRows()];
  },

  drawProblems() {
    const shown = this.shown();
    const change = part => { Object.assign(this.filter, part); this.draw(); };
    return h("nav", {class: "pps-problems", "aria-label": this.w("problems")},
      h("div", {class: "pps-filter"},
        h("input", {type: "text", "data-key": "filter", placeholder: this.w("filter"), "aria-label": this.w("filter"), value: this.filter.text,
          oninput: event => change({text: event.target.value})}),
        this.menu("severity", ["", "error", "warning", "info"].map(name => ({value: name, label: this.w(`severity.${name || "all"}`)})),
          this.filter.severity, severity => change({severity}), {"aria-label": this.w("severity")}),
        h("label", {}, h("input", {type: "checkbox", "data-key": "held", checked: this.filter.held, onchange: event => change({held: event.target.checked})}), this.w("filter.held"))),
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
            modes.map(mode => this.button(`mode.${mode}`, () => { this.mode = mode; this.group = null; this.look(); }, {"aria-pressed": String(mode === this.mode)}))),
          this.button("show.rows", () => this.showRows({problem: this.problem})))),
      this.drawWhole(problem),
      this.group && this.mode === "values" && h("p", {class: "pps-pair"}, this.button("back", () => { this.mode = "groups"; this.group = null; this.look(); }),
        h("code", {class: "pps-pattern"}, this.group.pattern)),
      this.listing ? [this.drawList(), this.drawPages(this.listing, this.page, PAGE, page => this.look(page)), this.drawActions()]
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
    const isValues = this.mode === "values", isClusters = this.mode === "clusters";
    const items = this.listing.items;
    if (!items.length) return h("p", {class: "pps-soft"}, this.w("no.values"));
    const {fields} = this.current();
    const all = items.every(one => this.chosen.has(one.id));
    const hasReading = !isClusters && items.some(one => one.reading);
    const hasSuggestion = items.some(one => one.suggestion);
    const tick = (ids, on) => { for (const id of ids) on ? this.chosen.add(id) : this.chosen.delete(id); this.draw(); };
    return this.sheet("list", this.w("list"), h("table", {class: "pps-table"},
      h("thead", {}, h("tr", {},
        h("th", {scope: "col", class: "pps-check"}, h("input", {type: "checkbox", "data-key": "all", "aria-label": this.w("choose.all"), checked: all,
          "data-partly": !all && this.chosen.size > 0 ? "" : null, onchange: event => tick(items.map(one => one.id), event.target.checked)})),
        h("th", {scope: "col"}, fields.length > 1 && `${fields[0].label}: `, this.w(isValues ? "value" : isClusters ? "spellings" : "pattern"), !isValues && !isClusters && h("span", {class: "pps-soft"}, ` ${this.w("pattern.signs")}`)),
        h("th", {scope: "col", class: "pps-n"}, this.w("rows")),
        hasReading && h("th", {scope: "col"}, this.w("reading")), hasSuggestion && h("th", {scope: "col"}, this.w("suggestion")))),
      h("tbody", {}, items.map(one => h("tr", {class: this.chosen.has(one.id) ? "pps-chosen" : null},
        h("td", {class: "pps-check"}, h("input", {type: "checkbox", "data-key": `item-${one.id}`, "aria-label": this.w("choose.one", {what: one.text || this.w("empty")}),
          checked: this.chosen.has(one.id), onchange: event => tick([one.id], event.target.checked)})),
        h("th", {scope: "row"}, this.drawItem(one)),
        h("td", {class: "pps-n"}, h("button", {type: "button", class: "pps-link", "data-key": `rows-${one.id}`, "aria-label": this.w("rows.behind", {n: one.rows, what: one.text || this.w("empty")}),
          onclick: () => this.showRows({problem: this.problem, listing: this.listing.listing, [isValues ? "values" : "groups"]: [one.id], clusters: isClusters})}, this.n(one.rows))),
        hasReading && h("td", {}, one.reading ? this.change(one.reading === one.before ? null : one.before, one.reading) : h("span", {class: "pps-soft"}, this.w("unread"))),
        hasSuggestion && h("td", {}, one.suggestion && h("button", {type: "button", "data-key": `accept-${one.id}`, class: "pps-suggest",
          title: this.w("accept"), onclick: () => this.act("accept", {[isValues ? "values" : "groups"]: [one.id], clusters: isClusters})},
          one.before && one.before !== one.text ? this.change(one.before, one.suggestion) : h("code", {}, one.suggestion),
          one.n_suggested > 1 && h("span", {class: "pps-soft"}, ` × ${this.n(one.n_suggested)}`))))))));
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
    const n = this.chosen.size;
    const rows = this.listing.items.reduce((sum, one) => sum + (this.chosen.has(one.id) ? one.rows : 0), 0);
    const hasStar = this.mode === "groups" && this.listing.items.some(one => one.text.includes("*"));
    const {fields} = this.current();
    const into = fields.length > 1 ? this.typed.into ?? fields[0].value : null;
    const field = fields.find(one => one.value === (into ?? this.current().field))?.label ?? this.current().label;
    const fix = () => this.actOnChosen("fix", {new: this.typed.new ?? "", into});
    return h("div", {class: "pps-actions", role: "group", "aria-label": this.w("actions")},
      h("b", {class: "pps-chosen-count"}, n ? this.w("chosen", {n, rows}) : this.w("chosen.none")),
      into && h("label", {class: "pps-pair"}, this.w("into"), this.menu("into", fields, into, value => { this.typed.into = value; this.draw(); })),
      h("span", {class: "pps-pair pps-new"},
        this.box("new", {oninput: () => this.preview({new: this.typed.new}), placeholder: this.w("new.value", {field}), "aria-label": this.w("new.value", {field}),
          list: this.listing.choices?.length ? `${this.view}-choices` : null,
          onkeydown: event => { if (event.key === "Enter") { event.preventDefault(); fix(); } }}),
        this.listing.choices?.length ? h("datalist", {id: `${this.view}-choices`}, this.listing.choices.map(word => h("option", {value: word}))) : null,
        this.button("fix", fix, {disabled: !n, class: n ? "pps-main" : null})),
      this.button("accept", () => this.actOnChosen("accept"), {disabled: !n || !this.listing.items.some(one => one.suggestion && this.chosen.has(one.id))}),
      this.button("blank", () => this.actOnChosen("blank"), {disabled: !n}),
      this.button("leave.out", () => this.actOnChosen("leave_out"), {disabled: !n}),
      h("details", {"data-key": "replace.within"}, h("summary", {"data-key": "replace.title"}, this.w("replace.title")),
        h("span", {class: "pps-pair"},
          ["old.text", "new.text"].map(key => this.box(key, {placeholder: this.w(key), "aria-label": this.w(key),
            oninput: () => this.preview({old: this.typed["old.text"] ?? "", new: this.typed["new.text"] ?? ""})})),
          this.button("replace", () => this.actOnChosen("replace", {old: this.typed["old.text"] ?? "", new: this.typed["new.text"] ?? ""}), {disabled: !n}))),
      hasStar && h("p", {class: "pps-soft"}, this.w("new.pattern")),
      h("div", {class: "pps-preview pps-soft", role: "status"}));
  },

  /** Show what would become of the chosen values, while it is typed. */
  preview(content) {
    clearTimeout(this.previewing);
    this.previewing = setTimeout(async () => {
      const nothing = content.old !== undefined ? !content.old : !content.new.trim();
      const told = !this.chosen.size || nothing ? null
        : await this.ask("preview", {problem: this.problem, listing: this.listing?.listing, ...this.selected(), clusters: this.mode === "clusters", ...content});
      const lines = told?.items?.length ? told.items.map(one => h("div", {}, this.change(one.before || this.w("empty"), one.after))) : [];
      this.root.querySelector(".pps-preview")?.replaceChildren(...(told?.text ? [told.text, ...lines] : []));
    }, PREVIEW_MS);
  },

  selected() {
    return {[this.mode === "values" ? "values" : "groups"]: [...this.chosen]};
  },

  async actOnChosen(action, content = {}) {
    if (!this.chosen.size) {
      this.told = {text: this.w("choose.first"), bad: true};
      this.draw();
      return;
    }
    await this.act(action, {...this.selected(), clusters: this.mode === "clusters", ...content});
  },

  /** Do something to all that the problem lists, without choosing it first. */
  async actOnAll(action) {
    const problem = this.current();
    if (!problem || !(action === "accept" ? problem.suggested : problem.emptied)) return;
    await this.act(action, {all: true});
  },
});
