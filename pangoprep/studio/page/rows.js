// The rows behind values, each cell editable.

Object.assign(Studio.prototype, {
  drawRows() {
    const {rows} = this;
    return h("section", {class: "pps-rows"},
      h("div", {class: "pps-head"},
        h("div", {}, h("h3", {tabindex: "-1", "data-key": "rows-title"}, this.w("rows.title")), h("p", {class: "pps-soft"}, this.w("rows.how"))),
        this.button("close", () => { this.rows = null; this.draw(); })),
      this.drawRowTable(rows),
      this.drawPages(rows, rows.offset / 20, 20, page => this.showRows(rows.asked, page * 20)));
  },

  drawRowTable(rows) {
    return this.sheet("rows", this.w("rows.title"), h("table", {class: "pps-table pps-sheet"},
      h("thead", {}, h("tr", {}, h("th", {scope: "col"}, this.w("row")), h("th", {scope: "col"}, this.w("reason")), rows.columns.map(column =>
        h("th", {scope: "col"}, column.name, column.label && column.label !== column.name && h("span", {class: "pps-soft"}, ` ${column.label}`))))),
      h("tbody", {}, rows.items.map((row, line) => h("tr", {},
        h("th", {scope: "row", class: "pps-n"}, row.number),
        h("td", {class: "pps-reason"}, row.reason, " ", this.button(`leave-${row.row}`, () => this.act("leave_out", {row: row.row}), {class: "pps-link", label: this.w("leave.out.row"), "aria-label": this.w("leave.out.row.of", {row: row.number})})),
        row.cells.map((cell, place) => this.drawCell(row, line, rows.columns[place], cell)))))));
  },

  drawCell(row, line, column, cell) {
    const key = `cell-${line}-${column.name}`;  // by its place: once a row is mended the next one has the focus
    const classes = cell.severity ? `pps-is-${cell.severity}` : null;
    if (!column.field) return h("td", {class: classes}, cell.text ?? "");
    const name = this.w("cell", {row: row.number, column: column.name});
    const edit = () => {
      const started = this.state.revealed || !cell.masked ? cell.text ?? "" : "";
      const keep = () => { if (input.value !== started) this.fixCell(row.row, column.field, input.value); else this.draw(); };
      const input = h("input", {type: "text", "data-key": key, value: started, placeholder: cell.masked ? cell.text : null, "aria-label": name, autocomplete: "off",
        onkeydown: event => {
          event.stopPropagation();
          if (event.key === "Enter") { event.preventDefault(); keep(); }
          if (event.key === "Escape") { event.preventDefault(); this.draw(); }
        }});
      button.replaceWith(input);
      input.focus();
      input.select();
    };
    const button = h("button", {type: "button", class: "pps-cell", "data-key": key, "aria-label": [`${name}: ${cell.text || this.w("empty")}`, cell.why].filter(Boolean).join(". "), title: cell.why || null, onclick: edit}, cell.text || "\u00a0");
    return h("td", {class: classes}, button);
  },

  async fixCell(row, field, value) {
    await this.act("fix_rows", {row, field, new: value});
  },
});
