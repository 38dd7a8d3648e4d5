// The tab of duplicates: rows of one key side by side, what differs, and which one is sent.

Object.assign(Studio.prototype, {
  drawDuplicates() {
    const {facts, won} = this, groups = [...facts.groups];
    // What was decided last stays where it was, so that nothing else comes under the pointer.
    if (won && won.version === this.version && won.offset === facts.offset) groups.splice(won.place, 0, won.group);
    const pages = place => this.drawPages(facts, facts.offset / 10, 10, page => this.open("duplicates", {offset: page * 10}), place);
    return [
      h("div", {class: "pps-head"}, h("p", {}, facts.text),
        h("label", {class: "pps-pair"}, this.w("duplicates.policy"), this.menu("policy", ["last", "first", "hold"].map(name => ({value: name, label: this.w(`duplicates.${name}`)})),
          facts.policy, value => this.act("set", {name: "duplicates", new: value})))),
      pages(".top"), groups.map((group, place) => this.drawDuplicate(group, place)), pages("")];
  },

  async chooseWinner(group, place, row) {
    const rows = group.rows.map(one => ({...one, wins: one.row === row.row})), {offset} = this.facts;
    if (!await this.act("win", {row: row.row})) return;
    this.won = {group: {...group, rows, isDecided: true}, place, offset, version: this.version};
    this.draw();
    this.focus(`pair-${place}`);
  },

  drawDuplicate(group, place) {
    const more = async page => {
      const one = await this.ask("duplicates", {winner: group.winner, row_offset: page * group.limit});
      if (one.type === "refused") return;
      this.facts.groups[this.facts.groups.indexOf(group)] = one.groups[0];
      this.draw();
    };
    return h("section", {class: "pps-card"}, h("h3", {tabindex: "-1", "data-key": `pair-${place}`}, h("code", {}, group.key), " ", h("span", {class: "pps-soft"}, this.w("rows.n", {n: group.total}))),
      this.sheet(`duplicates-${group.winner}`, group.key, h("table", {class: "pps-table pps-sheet"},
        h("thead", {}, h("tr", {}, h("th", {scope: "col"}, this.w("row")), h("th", {scope: "col"}, this.w("duplicates.head")), group.columns.map(name => h("th", {scope: "col"}, name)))),
        h("tbody", {}, group.rows.map((row, line) => h("tr", {}, h("th", {scope: "row", class: "pps-n"}, row.number),
          h("td", {}, row.wins ? h("b", {class: "pps-good"}, `✔ ${this.w("duplicates.wins")}`) : !group.isDecided && this.button(`win-${place}-${line}`, event => event.detail < 2 && this.chooseWinner(group, place, row), {label: this.w("duplicates.choose")})),
          row.cells.map((text, at) => h("td", {class: group.differs[at] ? "pps-differs" : null}, group.differs[at] ? h("b", {}, text) : text))))))),
      !group.isDecided && this.drawPages(group, group.offset / group.limit, group.limit, more));
  },
});
