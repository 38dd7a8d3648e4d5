// A list of any length that scrolls: what is near is drawn, the rest is only space.

const CHUNK = 50;  // so many lines are asked for at once
const AROUND = 15;  // so many are drawn before and behind those that are seen,
const NEAR = 5;  // and more as soon as one of the next so many is not
const KEPT = 4 * CHUNK;  // farther away than this they are forgotten
const HIGHEST = 8e6;  // pixels; what is much higher browsers do not draw
const USUAL = {height: 34, seen: 16};  // before a line was measured

class LongList {
  /**
   * `facts` is the first answer, with `total`, `offset` and `items`; `ask` gives the answer for
   * another offset, or null; `draw` makes the row of an item; `top` is the line to begin with.
   */
  constructor(facts, ask, draw, top = 0) {
    Object.assign(this, {total: facts.total, ask, draw, height: 0, shift: 0, held: null, current: null, atEnd: false});
    this.items = new Map();
    this.top = Math.max(0, Math.min(top, this.total - 1));  // the first line that is seen, and how much of it is not
    this.remember(facts);
  }

  remember({offset, items}) {
    items.forEach((item, place) => this.items.set(offset + place, item));
    for (const line of this.items.keys()) if (Math.abs(line - this.top) > KEPT && line !== this.held) this.items.delete(line);
  }

  get seen() { return Math.ceil((this.box?.clientHeight || 0) / (this.height || USUAL.height)) || USUAL.seen; }

  get jump() { return Math.max(1, this.seen - 2); }

  /** How high the space for a line is that is not drawn. */
  get space() { return Math.min(this.height || USUAL.height, HIGHEST / this.total); }

  /** The box that scrolls, drawn anew, under a head of its columns. */
  table(name, label, head, props = {}) {
    this.n_columns = head.children.length;
    head.setAttribute("aria-rowindex", "1");
    this.head = h("thead", {}, head);
    this.body = h("tbody", {onfocusin: event => this.stay(event)});
    this.box = h("div", {class: "pps-scroll pps-long", "data-scroll": name, role: "region", "aria-label": label, tabindex: "0", onscroll: () => this.scrolled()},
      h("table", {...props, "aria-rowcount": String(this.total + 1)}, this.head, this.body));
    this.fill();
    return this.box;
  }

  scrolled() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (!this.box.isConnected) return;
      this.where();
      this.settle();
    });
  }

  /** Find out which lines are seen. */
  where() {
    const {scrollTop, clientHeight, scrollHeight} = this.box;
    const first = this.rows().find(row => this.y(row) + row.offsetHeight > scrollTop);
    if (first && this.y(first) < scrollTop + clientHeight) [this.top, this.shift] = [lineOf(first), scrollTop - this.y(first)];
    else [this.top, this.shift] = [Math.min(this.total - 1, Math.floor(scrollTop / this.space)), 0];
    this.atEnd = scrollTop > 0 && scrollTop + clientHeight >= scrollHeight - 1;
  }

  rows() { return [...this.body.rows].filter(row => row.dataset.line); }

  y(row) { return row.offsetTop - this.head.offsetHeight; }

  /** Remember the line that has the focus: it stays drawn, however far one scrolls. */
  hold() {
    const active = this.box?.getRootNode().activeElement;
    this.held = this.body?.contains(active) ? lineOf(active) : null;
  }

  /** Draw what is near and known, and leave drawn what is drawn. */
  fill() {
    const lines = this.near(AROUND).filter(line => this.items.has(line));
    if (this.held !== null && this.items.has(this.held) && !lines.includes(this.held)) lines.push(this.held);
    lines.sort((one, other) => one - other);
    const wanted = new Set(lines);
    for (const row of [...this.body.rows]) if (!row.dataset.line || !wanted.has(Number(row.dataset.line))) row.remove();
    let next = this.body.firstChild, before = -1;
    for (const line of [...lines, this.total]) {
      if (line > before + 1) this.body.insertBefore(h("tr", {"aria-hidden": "true"}, h("td", {class: "pps-space", colspan: String(this.n_columns), style: `height:${(line - before - 1) * this.space}px`})), next);
      before = line;
      if (next && Number(next.dataset.line) === line) next = next.nextSibling;
      else if (line < this.total) {
        const row = this.draw(this.items.get(line), line);
        row.dataset.line = line;
        row.setAttribute("aria-rowindex", String(line + 2));
        this.body.insertBefore(row, next);
      }
    }
    this.mark();
  }

  near(around) {
    const first = Math.max(0, this.top - around), last = Math.min(this.total, this.top + this.seen + around);
    return Array.from({length: Math.max(0, last - first)}, (_, place) => first + place);
  }

  /** Once it is on the page: draw what is near, put the first line where it was, ask for what lacks. */
  settle() {
    if (!this.box?.isConnected || !this.total) return;
    const {height} = this, drawn = new Set(this.rows().map(lineOf));
    this.hold();
    if (drawn.size) this.height ||= this.rows().reduce((sum, row) => sum + row.offsetHeight, 0) / drawn.size;
    if (height !== this.height || this.near(NEAR).some(line => this.items.has(line) && !drawn.has(line))) this.fill();
    const rows = this.rows(), first = rows.find(row => lineOf(row) === this.top);
    const y = this.atEnd && rows.length && lineOf(rows.at(-1)) === this.total - 1 ? this.box.scrollHeight - this.box.clientHeight : first && this.y(first) + this.shift;
    if (y !== undefined && Math.abs(y - this.box.scrollTop) >= 1) this.box.scrollTop = y;
    const lacking = this.near(AROUND).find(line => !this.items.has(line));
    if (lacking !== undefined && !this.asking) this.fetch(lacking);
  }

  /** Ask for the lines around one; another question waits until this one is answered. */
  async fetch(line) {
    this.asking = true;
    const told = await this.ask(Math.floor(line / CHUNK) * CHUNK);
    this.asking = false;
    if (!told) return;
    this.remember(told);
    this.settle();
  }

  /** Go to a line with the keyboard: to what stands there in the same column. */
  async go(from, line) {
    const to = Math.max(0, Math.min(this.total - 1, line));
    const place = from.closest("td, th").cellIndex;
    if (!this.rows().some(row => lineOf(row) === to)) {
      if (!this.items.has(to)) {
        const told = await this.ask(Math.floor(to / CHUNK) * CHUNK);
        if (!told) return;
        this.top = to;
        this.remember(told);
      }
      [this.top, this.shift, this.atEnd] = [to < this.top ? to : Math.max(0, to - this.seen + 2), 0, to === this.total - 1];
      this.settle();
    }
    const row = this.rows().find(one => lineOf(one) === to);
    (row?.cells[place]?.querySelector("button, input") ?? row?.querySelector("button, input"))?.focus();
  }

  /** Where keys lead from something in a line; undefined for other keys. */
  lineAfter(key, from) {
    const by = {ArrowDown: 1, ArrowUp: -1, PageDown: this.jump, PageUp: -this.jump, Home: -this.total, End: this.total}[key];
    return by && lineOf(from) + by;
  }

  stay(event) {
    if (lineOf(event.target) === this.current) return;
    this.current = lineOf(event.target);
    this.mark();
  }

  /** Tab stops at one line, or it would go through all of the list; arrows go from line to line. */
  mark() {
    const rows = this.rows();
    const at = [this.current, this.top].map(line => rows.find(row => lineOf(row) === line)).find(Boolean) ?? rows[0];
    for (const row of rows) for (const one of row.querySelectorAll("button, input")) one.tabIndex = row === at ? 0 : -1;
  }
}

function lineOf(element) { return Number(element.closest("tr").dataset.line); }
