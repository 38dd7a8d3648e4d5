// The tab of sending: where to, what is said besides, progress, what became of the rows.

Object.assign(Studio.prototype, {
  drawSend() {
    const {facts, sending, state} = this;
    const target = this.target ?? facts.target;
    const running = sending?.running;
    const sample = Number(this.typed.sample ?? facts.sample) || facts.sample;
    return [
      h("fieldset", {class: "pps-targets", disabled: running}, h("legend", {}, this.w("send.where")),
        facts.targets.map(one => h("label", {class: one.name === target ? "pps-one pps-chosen" : "pps-one"}, h("input", {type: "radio", name: `${this.view}-target`, "data-key": `target-${one.name}`, checked: one.name === target, disabled: !one.there,
          onchange: () => { this.target = one.name; this.replan(); }}), h("b", {}, one.label), " ", h("span", {class: "pps-soft"}, one.text)))),
      h("p", {class: `pps-target pps-target-${target}`}, facts.targets.find(one => one.name === target)?.large),
      target === "practice" && facts.can_refuse && h("p", {}, h("label", {}, h("input", {type: "checkbox", "data-key": "refuse", checked: this.refuses, disabled: running, onchange: event => { this.refuses = event.target.checked; }}), this.w("send.refuse"))),
      h("div", {class: "pps-card"},
        h("p", {class: "pps-pair"}, h("label", {for: `${this.view}-source`}, h("b", {}, this.w("send.source"))),
          this.box("source", {id: `${this.view}-source`, value: this.typed.source ?? facts.source ?? "", placeholder: this.w("send.source.such"), required: true, disabled: running, oninput: () => this.countSoon()})),
        this.drawSendOptions(facts, running)),
      h("div", {class: "pps-pair pps-go"},
        this.button("plan", () => this.planSend(target), {disabled: running}),
        sample < facts.would.n && this.button("send.sample", () => this.send(target, sample), {disabled: running, label: this.w("send.sample", {n: sample})}),
        this.button("send.all", () => this.send(target, null), {class: "pps-main", disabled: running || !facts.would.n, label: facts.would.label}),
        h("span", {class: "pps-soft pps-would"}, facts.would.text),
        state.n_held > 0 && h("span", {class: "pps-soft"}, this.w("send.held", {n: state.n_held}))),
      this.confirming && h("div", {class: "pps-card pps-sure", role: "alertdialog", "aria-label": this.w("send.sure")}, h("p", {}, h("b", {}, this.w("send.sure")), " ",
        this.w("send.sure.text", {n: this.confirming.n, where: facts.targets.find(one => one.name === target)?.text ?? ""})),
      h("p", {class: "pps-pair"}, this.button("send.yes", () => { const {go} = this.confirming; this.confirming = null; go(); }, {class: "pps-stop"}),
        this.button("cancel", () => { this.confirming = null; this.draw(); }))),
      this.plan && h("section", {class: "pps-card"}, h("h3", {}, this.w("plan")), h("ul", {class: "pps-plan"}, this.plan.lines.map(line => h("li", {}, line)))),
      h("div", {class: "pps-sending", "aria-live": "polite"}, this.sendingParts()),
      facts.runs.length > 0 && h("section", {class: "pps-card"}, h("h3", {}, this.w("send.runs")), h("ul", {}, facts.runs.map(line => h("li", {}, line)),
        facts.n_more_runs > 0 && h("li", {class: "pps-soft"}, this.w("runs.more", {n: facts.n_more_runs, how: facts.how_runs}))))];
  },

  /** What is said besides the source; it stays until the page is left. */
  drawSendOptions(facts, running) {
    const given = this.sendOptions ??= {};
    const set = (name, value) => { given[name] = value; this.replan(); };
    const n_set = Object.values(given).filter(value => value === true || (value !== "keep" && value?.length > 0)).length;
    const kinds = {
      flag: one => h("label", {}, h("input", {type: "checkbox", "data-key": `send-${one.name}`, checked: given[one.name] === true, onchange: event => set(one.name, event.target.checked)}), one.label),
      text: one => h("label", {}, one.label, h("input", {type: "text", "data-key": `send-${one.name}`, value: given[one.name] ?? "", autocomplete: "off", oninput: event => { given[one.name] = event.target.value; this.plan = null; this.countSoon(); }})),
      choice: one => h("label", {}, one.label, this.menu(`send-${one.name}`, one.choices, given[one.name] ?? one.choices[0].value, value => set(one.name, value))),
      list: one => h("fieldset", {}, h("legend", {}, one.label), h("span", {class: "pps-pair"}, one.choices.map(choice => h("label", {}, h("input", {
        type: "checkbox", "data-key": `send-${one.name}-${choice.value}`, checked: (given[one.name] ?? []).includes(choice.value),
        onchange: event => set(one.name, [...(given[one.name] ?? []).filter(name => name !== choice.value), ...(event.target.checked ? [choice.value] : [])])}), choice.label)))),
    };
    return h("details", {"data-key": "send.more"}, h("summary", {"data-key": "send.more.title"}, this.w("send.more"), n_set > 0 && h("span", {class: "pps-badge"}, this.n(n_set))),
      h("fieldset", {class: "pps-send-options", disabled: running, "aria-label": this.w("send.more")},
        h("div", {}, h("label", {}, this.w("sample"), this.box("sample", {inputmode: "numeric", value: this.typed.sample ?? String(facts.sample), onchange: () => this.draw()})), h("p", {class: "pps-soft"}, this.w("sample.text"))),
        facts.options.map(one => h("div", {}, kinds[one.kind](one), h("p", {class: "pps-soft"}, one.text)))));
  },

  /** What a plan and a send are asked with. */
  asked(target = this.target ?? this.facts?.target) {
    return {target, source: this.find("source")?.value ?? this.typed.source, options: this.sendOptions ?? {}};
  },

  /** Something else would be sent now: say how much. */
  replan() {
    this.plan = null;
    this.draw();
    return this.open("send");
  },

  /** The same while it is typed: what is drawn stays, or what is pressed meanwhile would be gone. */
  countSoon() {
    clearTimeout(this.counting);
    this.counting = setTimeout(async () => {
      const told = await this.ask("send", this.asked());
      const [button, text] = [this.find("send.all"), this.root.querySelector(".pps-would")];
      if (told.type !== "send" || this.tab !== "send" || !button) return;
      this.facts = told;
      Object.assign(button, {textContent: told.would.label, disabled: this.sending?.running || !told.would.n});
      text.textContent = told.would.text;
    }, PREVIEW_MS);
  },

  async planSend(target) {
    const plan = await this.ask("plan", this.asked(target));
    this.plan = plan.type === "refused" ? null : plan;
    if (this.plan) this.told = null;
    this.draw();
  },

  sendingParts() {
    const {sending} = this;
    if (!sending) return [];
    const share = sending.n_rows ? 100 * sending.n_done / sending.n_rows : 0, whole = Math.max(sending.n_rows, 1);
    const bar = sending.running ? {role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": share.toFixed(0), "aria-label": sending.title}
      : {role: "img", "aria-label": sending.parts.map(one => `${one.label}: ${this.n(one.n)}`).join(", ") || sending.title};
    return [
      h("h3", {}, sending.title),
      h("div", {class: "pps-bar", ...bar}, sending.parts.map(one => h("span", {class: `pps-part pps-${one.name}`, style: `width:${100 * one.n / whole}%`}))),
      sending.lines.map(line => h("p", {}, line)),
      sending.running && this.button("stop", () => this.ask("stop"), {class: "pps-stop", disabled: sending.stopping}),
      sending.counts.length > 0 && h("table", {class: "pps-table pps-counts"}, h("tbody", {}, sending.counts.map(one => h("tr", {}, h("th", {scope: "row", class: "pps-key"}, h("i", {class: `pps-part pps-${one.name}`, "aria-hidden": "true"}), " ", one.label), h("td", {class: "pps-n"}, this.n(one.n)), h("td", {class: "pps-soft"}, one.meaning))))),
      sending.reasons.length > 0 && h("ul", {}, sending.reasons.map(line => h("li", {}, line)), sending.n_more_reasons > 0 && h("li", {class: "pps-soft"}, this.w("and.more", {n: sending.n_more_reasons}))),
      sending.stored_at && h("p", {}, this.w("sent.stored"), " ", h("a", {href: sending.stored_at, target: "_blank", rel: "noopener"}, sending.stored_at)),
      sending.has_rows && this.button("sent.save", () => this.keep("sent_rows")), " ",
      sending.n_back > 0 && this.button("rejected", async () => { await this.open("fix"); await this.showRows({rejected: true}); }, {class: "pps-main", label: this.w("send.rejected", {n: sending.n_back})})];
  },

  drawSending() {
    const place = this.root.querySelector(".pps-sending");
    if (this.tab !== "send" || !place) return;
    const focused = place.contains(this.root.getRootNode().activeElement);
    place.replaceChildren(...this.sendingParts().flat(3).filter(Boolean));
    if (focused) this.find("stop")?.focus();
  },

  async sent() {
    if (this.rows?.asked.rejected) this.rows = null;
    this.refuses = false;
    if (this.tab === "send") await this.open("send"); else this.draw();
  },

  async send(target, sample) {
    const asked = {...this.asked(target), sample, refuse: !!this.refuses};
    if (!asked.source?.trim()) {
      this.told = {text: this.w("source.first"), bad: true};
      this.draw();
      this.focus("source");
      return;
    }
    const go = async () => {
      const started = await this.ask("begin", asked);
      if (started.type === "refused") return;
      this.sending = started.sending;
      this.told = null;
      this.plan = null;
      this.draw();
    };
    if (target !== "real") return go();
    this.confirming = {go, n: this.facts.would.n};
    this.draw();
    this.find("cancel")?.focus();
  },
});
