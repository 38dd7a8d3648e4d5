// The tab of columns: what every record needs, what is asked, every column, and constants.

Object.assign(Studio.prototype, {
  drawColumns() {
    const {facts} = this;
    const pages = place => this.drawPages(facts, facts.offset / facts.limit, facts.limit, page => this.open("columns", {offset: page * facts.limit}), place);
    const open = facts.cards.filter(one => one.is_open), alike = facts.cards.filter(one => !one.is_open);
    return [
      h("section", {class: "pps-card"}, h("h3", {}, this.w("columns.needed")),
        h("ul", {class: "pps-checklist"}, facts.needed.map(one => h("li", {},
          h("span", {class: one.ok ? "pps-good" : "pps-error", role: "img", "aria-label": this.w(one.ok ? "there" : "missing")}, one.ok ? "✔" : "✖"),
          h("b", {}, one.label), h("span", {class: "pps-soft"}, one.text), this.drawLacking(one))))),
      open.length > 0 && h("section", {class: "pps-questions"}, h("h3", {}, this.w("columns.questions")), h("div", {class: "pps-cards"}, open.map(one => this.drawQuestion(one)))),
      alike.length > 0 && h("section", {class: "pps-questions"}, h("h3", {}, this.w("columns.alike")), h("div", {class: "pps-cards"}, alike.map(one => this.drawQuestion(one)))),
      h("section", {class: "pps-card"}, h("h3", {}, this.w("columns.all")), pages(".top"),
        this.sheet("columns", this.w("columns.all"), h("table", {class: "pps-table"},
          h("thead", {}, h("tr", {}, ["column", "samples", "field", "reasons"].map(name => h("th", {scope: "col"}, this.w(`columns.${name}`))))),
          h("tbody", {}, facts.columns.map(one => h("tr", {},
            h("th", {scope: "row"}, h("b", {}, one.name)),
            h("td", {}, this.samples(one)),
            h("td", {}, this.fieldMenu(`map-${one.name}`, one.field, this.w("columns.none"), field => this.mapColumn(one.place, field), {"aria-label": this.w("columns.field.of", {column: one.name})})),
            h("td", {class: "pps-soft"}, one.reasons)))))),
        pages("")),
      this.drawConstants()];
  },

  samples(column) {
    return column.samples.length ? column.samples.map(sample => h("code", {class: "pps-sample"}, sample)) : h("span", {class: "pps-soft"}, this.w("empty"));
  },

  /** Columns side by side; each can become a field, or is left out. */
  drawQuestion(card) {
    return h("article", {class: "pps-card pps-question", "aria-label": card.title}, h("h4", {}, card.title), h("p", {class: "pps-soft"}, card.text),
      h("div", {class: "pps-side"}, card.columns.map(column => h("div", {class: column.field ? "pps-one pps-chosen" : "pps-one"},
        h("p", {}, h("b", {}, column.name)), h("p", {}, this.samples(column)),
        h("p", {class: "pps-pair"}, column.choices.map(choice => this.button(`use-${column.place}-${choice.field}`, () => this.mapColumn(column.place, choice.field),
          {label: choice.label, "aria-label": this.w("use.as", {column: column.name, field: choice.label}), "aria-pressed": String(choice.field === column.field)})),
        this.button(`use-${column.place}-`, () => this.mapColumn(column.place, ""), {label: this.w("columns.none"), "aria-label": this.w("use.not", {column: column.name})}))))),
      card.unfold && this.drawUnfold(card.unfold));
  },

  /** Columns that are a record each become a file of records; what each group is, is chosen here. */
  drawUnfold({entity, field, label, choices, groups}) {
    const kind = place => this.typed[`unfold-${entity}-${place}`] ?? choices[place] ?? "";
    const menu = (columns, place) => h("label", {class: "pps-pair"}, this.w("unfold.each", {field: label, columns}),
      this.menu(`unfold-${entity}-${place}`, ["", ...choices].map(value => ({value, label: value || this.w("columns.none")})), kind(place), value => { this.typed[`unfold-${entity}-${place}`] = value; this.draw(); }));
    return h("p", {class: "pps-pair"}, field && groups.map(menu),
      this.button(`unfold-${entity}`, () => this.keep("unfold", {entity, field, values: field ? groups.map((_, place) => kind(place)) : null}), {label: this.w("unfold.make")}));
  },

  mapColumn(place, field) { return this.act("map", {column: place, field}); },

  /** The fields of the entity, then custom fields. */
  fieldMenu(key, value, none, onchange, props = {}) {
    const {fields, custom} = this.facts;
    const option = one => h("option", {value: one.field, selected: one.field === value}, one.label === one.field || one.label.startsWith(one.field) ? one.label : `${one.label} (${one.field})`);
    return h("select", {"data-key": key, onchange: event => onchange(event.target.value), ...props},
      h("option", {value: "", selected: !value}, none), h("optgroup", {label: this.w("columns.fields")}, fields.map(option)),
      custom.length > 0 && h("optgroup", {label: this.w("columns.custom")}, custom.map(option)));
  },

  drawConstants() {
    const {facts} = this;
    const field = this.typed["constant-field"] ?? "";
    const known = facts.fields.find(one => one.field === field);
    const add = () => field && this.act("constants", {field, new: this.typed["constant-value"] ?? ""});
    return h("section", {class: "pps-card"}, h("h3", {}, this.w("columns.constant")), h("p", {class: "pps-soft"}, this.w("columns.constant.how", {column: facts.columns.slice(0, 2).map(one => `{${one.name}}`).join(" ")})),
      facts.constants.map(one => h("p", {class: "pps-pair"}, h("b", {}, one.label), " = ", h("code", {}, one.value),
        this.button(`remove-${one.field}`, () => this.act("constants", {field: one.field}), {class: "pps-link", label: this.w("constant.remove"), "aria-label": this.w("constant.remove.of", {field: one.label})}))),
      h("span", {class: "pps-pair"},
        this.fieldMenu("constant-field", field, this.w("constant.field"), value => { this.typed["constant-field"] = value; this.draw(); }, {"aria-label": this.w("columns.field")}),
        this.box("constant-value", {"aria-label": this.w("constant.value"), placeholder: this.w("constant.value"), list: known?.choices.length ? `${this.view}-constants` : null,
          onkeydown: event => { if (event.key === "Enter") { event.preventDefault(); add(); } }}),
        known?.choices.length ? h("datalist", {id: `${this.view}-constants`}, known.choices.map(word => h("option", {value: word}))) : null,
        this.button("add", add, {disabled: !field})));
  },

  /** What can stand for a field that every record needs and that has no column. */
  drawLacking(one) {
    const {free} = this.facts;
    return [
      one.make.length > 0 && this.button(`make-${one.field}`, () => this.act("make", {field: one.field}), {label: this.w("make.from", {fields: one.make.join(", ")}), class: "pps-main"}),
      one.lacks.map(field => free.length > 0 && this.menu(`lacks-${field}`,
        [{value: "", label: this.w("columns.choose", {field})}, ...free.map(column => ({value: String(column.place), label: `${column.name}: ${column.sample[0] ?? ""}`}))],
        "", place => place && this.mapColumn(Number(place), field), {"aria-label": this.w("columns.choose", {field})}))];
  },
});
