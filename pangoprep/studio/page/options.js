// The tab of options: how cells are read, with what the columns prove of it.

Object.assign(Studio.prototype, {
  drawOptions() {
    return h("div", {class: "pps-cards"}, this.facts.options.map(one => h("section", {class: "pps-card"},
      h("h3", {id: `${this.view}-o-${one.name}`}, one.label), h("p", {class: "pps-soft"}, one.text),
      one.words ? this.drawWords(one)
        : this.menu(`option-${one.name}`, one.choices.map(choice => ({value: JSON.stringify(choice.value), label: choice.label})), JSON.stringify(one.value),
          value => value === '"blank"' ? this.askEmpties() : this.act("set", {name: one.name, new: JSON.parse(value)}), {"aria-labelledby": `${this.view}-o-${one.name}`}),
      one.name === "unreadable" && this.drawEmpties(),
      one.evidence.map(line => h("p", {class: "pps-evidence"}, line)))));
  },

  /** The file's own codes, and what each means. */
  drawWords(one) {
    const given = {...one.value};
    const tell = (text, value) => {
      if (value) given[text] = value; else delete given[text];
      this.act("set", {name: one.name, new: given});
    };
    if (!one.words.length) return h("p", {class: "pps-soft"}, this.w("options.no_words"));
    const label = target => this.words[`gender.${target}`] ?? target;
    return [
      h("ul", {class: "pps-words"}, one.words.map(word => h("li", {class: "pps-pair"}, h("code", {}, word.text), "=",
        this.menu(`word-${one.name}-${word.text}`, ["", ...one.targets].map(target => ({value: target, label: target ? label(target) : word.reading && !word.value ? this.w("options.reads", {reading: label(word.reading)}) : "–"})), word.value, value => tell(word.text, value), {"aria-label": word.text}),
        h("span", {class: "pps-soft"}, this.w("rows.n", {n: word.rows}))))),
      one.n_words > one.words.length && h("p", {class: "pps-soft"}, this.w("and.more", {n: one.n_words - one.words.length}))];
  },
});
