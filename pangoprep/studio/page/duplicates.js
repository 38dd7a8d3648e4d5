// The tab of duplicates: rows of one key side by side, what differs, and which one is sent.

Object.assign(Studio.prototype, {
  drawDuplicates() {
    const {facts} = this;
    return [
      h("div", {class: "pps-head"}, h("p", {}, facts.text),
        h("label", {class: "pps-pair"}, this.w("duplicates.policy"), this.menu("policy", ["last", "first", "hold"].map(name => ({value: name, label: this.w(`duplicates.${name}`)})),
          facts.policy, value => this.act("set", {name: "duplicates", new: value})))),
      facts.groups.map((group, place) => this.drawDuplicate(group, place)),
      this.drawPages(facts, facts.offset / 10, 10, page => this.open("duplicates", {offset: page * 10}))];
  },

  drawDuplicate(group, place) {
    const more = async page => {
      const one = await this.ask("duplicates", {winner: group.winner, row_offset: page * group.limit});
      if (one.type === "refused") return;
      this.facts.groups[place] = one.groups[0];
      this.draw();
    };
    return h("section", {class: "pps-card"}, h("h3", {}, h("code", {}, group.key), " ", h("span", {class: "pps-soft"}, this.w("rows.n", {n: group.total}))),
      this.sheet(`duplicates-${group.winner}`, group.key, h("table", {class: "pps-table pps-sheet"},
        h("thead", {}, h("tr", {}, h("th", {scope: "col"}, this.w("row")), h("th", {scope: "col"}, this.w("duplicates.head")), group.columns.map(name => h("th", {scope: "col"}, name)))),
        h("tbody", {}, group.rows.map((row, line) => h("tr", {}, h("th", {scope: "row", class: "pps-n"}, row.number),
          h("td", {}, row.wins ? h("b", {class: "pps-good"}, `✔ ${this.w("duplicates.wins")}`) : this.button(`win-${place}-${line}`, () => this.act("win", {row: row.row}), {label: this.w("duplicates.choose")})),
          row.cells.map((text, at) => h("td", {class: group.differs[at] ? "pps-differs" : null}, group.differs[at] ? h("b", {}, text) : text))))))),
      this.drawPages(group, group.offset / group.limit, group.limit, more));
  },
});
