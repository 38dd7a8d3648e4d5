// The rows behind values, each cell editable.

Object.assign(Studio.prototype, {
  async showRows(asked, top = 0, focuses = true) {
    const ask = async offset => {
      const told = await this.ask("rows", {...asked, offset, limit: CHUNK});
      return told.type === "refused" ? null : told;
    };
    const first = await ask(Math.floor(top / CHUNK) * CHUNK);
    this.rows = first?.total ? {...first, asked, list: new LongList(first, ask, (row, line) => this.drawRow(row, line), top)} : null;
    // The rows behind values stay the same ones, whatever becomes of their values.
    if (first?.set) for (const name of ["listing", "values", "groups"]) delete asked[name];
    if (first?.set) asked.set = first.set;
    if (!focuses) return;
    this.draw();
    this.root.querySelector("[data-key=rows-title]")?.focus();
  },

  async showLeftOut() {
    this.tab = "fix";
    await this.showRows({left_out: true});
  },

  drawRows() {
    const {rows} = this, head = rows.columns.map(column => h("th", {scope: "col", class: column.asked ? "pps-asked" : null, style: `width:${widthOf(column)}rem`},
      column.name, column.label && column.label !== column.name && h("span", {class: "pps-soft"}, column.label)));
    const {rejected, left_out} = rows.asked, what = rejected ? "rows.rejected" : left_out ? "rows.left_out" : "rows.title", title = this.w(what, {n: rows.total});
    return h("section", {class: "pps-rows"},
      h("div", {class: "pps-head"},
        h("div", {}, h("h3", {tabindex: "-1", "data-key": "rows-title"}, title, !rejected && [" ", h("span", {class: "pps-soft"}, this.n(rows.total))]),
          rejected && h("p", {}, this.w("rows.rejected.how")), h("p", {class: "pps-soft"}, this.w("rows.how"))),
        h("div", {class: "pps-pair"}, rejected && this.button("go.send", () => this.open("send"), {class: "pps-main"}), left_out && this.button("take.back.all", () => this.act("take_back", {all: true})), this.button("close", () => { this.rows = null; this.draw(); }))),
      rows.list.table("rows", title, h("tr", {}, h("th", {scope: "col", class: "pps-n"}, this.w("row")), head.slice(0, rows.n_in_front), h("th", {scope: "col", class: "pps-reason"}, this.w("reason")), head.slice(rows.n_in_front)),
      {class: "pps-table pps-sheet", style: `width:max(100%,${22 + rows.columns.reduce((sum, column) => sum + widthOf(column), 0)}rem)`}));
  },

  drawRow(row, line) {
    const act = row.left_out ? "take_back" : "leave_out", key = row.left_out ? "take.back" : "leave.out.row";
    const {columns, n_in_front} = this.rows, cells = row.cells.map((cell, place) => this.drawCell(row, line, columns[place], cell));
    return h("tr", {},
      h("th", {scope: "row", class: "pps-n"}, row.number), cells.slice(0, n_in_front),
      h("td", {class: "pps-reason"}, row.reason, " ", this.button(`leave-${row.row}`, () => this.act(act, {row: row.row}), {class: "pps-link", label: this.w(key), "aria-label": this.w(`${key}.of`, {row: row.number})})),
      cells.slice(n_in_front));
  },

  /** Begin to type into a cell: what is typed takes the place of what is there. */
  typeInto(cell, text) {
    cell.click();
    Object.assign(this.focused(), {value: text});
    this.editing.text = text;
  },

  drawCell(row, line, column, cell) {
    const key = `cell-${line}-${column.name}`;  // by its place: once a row is mended the next one has the focus
    const classes = cell.severity ? `pps-is-${cell.severity}` : null;
    if (!column.field) return h("td", {class: classes}, cell.text ?? "");
    const name = this.w("cell", {row: row.number, column: column.name});
    const started = this.state.revealed || !cell.masked ? cell.text ?? "" : "";
    const {editing} = this;
    if (editing?.row === row.row && editing.field === column.field) {
      const stop = () => { this.editing = null; this.draw(); };
      return h("td", {class: classes}, h("input", {type: "text", "data-key": key, value: editing.text, placeholder: cell.masked ? cell.text : null, "aria-label": name, autocomplete: "off",
        oninput: event => { editing.text = event.target.value; },
        onkeydown: event => {
          event.stopPropagation();
          if (!["Enter", "Escape"].includes(event.key)) return;
          event.preventDefault();
          if (event.key === "Escape" || editing.text === started) stop();
          else this.act("fix_rows", {row: row.row, field: column.field, new: editing.text}).then(done => done && stop());
        }}));
    }
    const edit = () => {
      this.editing = {row: row.row, field: column.field, text: started};
      this.draw();
      this.focus(key);
      this.find(key).select();
    };
    return h("td", {class: classes}, h("button", {type: "button", class: "pps-cell", "data-key": key, "aria-label": [`${name}: ${cell.text || this.w("empty")}`, cell.why].filter(Boolean).join(". "), title: cell.why || null, onclick: edit}, cell.text || "\u00a0"));
  },
});

/** How wide a column is, in rem: its head has one line for its name, one for its field. */
function widthOf({name, label}) { return Math.max(9, Math.min(20, 1.5 + 0.45 * Math.max(name.length, label.length))); }
