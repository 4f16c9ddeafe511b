// Small parts the wall is painted with: elements, severity marks, rolling figures, ages. All text is set as text.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.parts = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const SHAPES = {
    normal: ["circle", { cx: 8, cy: 8, r: 4.6, fill: "none", stroke: "currentColor", "stroke-width": 2 }],
    watch: ["path", { d: "M8 .8 15.2 8 8 15.2.8 8Z", fill: "currentColor" }],
    warn: ["path", { d: "M8 .9 15.8 14.6H.2Z", fill: "currentColor" }],
    alarm: ["path", { d: "M.8.8h14.4v14.4H.8Z", fill: "currentColor" }],
    off: ["path", { d: "M2.5 8h11", fill: "none", stroke: "currentColor", "stroke-width": 2 }],
  };
  const ROLL_MS = 240;
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const at = (id) => document.getElementById(id);
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

  function make(tag, className = "", ...children) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  }
  function draw(tag, attributes, ...children) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }
  // Each of these touches the page only when something differs.
  const put = (element, text) => { if (element.textContent !== String(text)) element.textContent = text; };
  const show = (element, is_shown) => { if (element.hidden === Boolean(is_shown)) element.hidden = !is_shown; };
  const dress = (element, className) => { if (element.className !== className) element.className = className; };
  const style = (element, name, value) => { if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value); };

  const shape = (severity) => draw(SHAPES[severity][0], SHAPES[severity][1]);
  function mark(severity) {
    const sign = make("i", `mark ${severity}`, draw("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, shape(severity)));
    sign.dataset.severity = severity;
    return sign;
  }
  // Gives `holder` the mark of `severity`, or none.
  function remark(holder, severity) {
    const now = holder.firstChild ? holder.firstChild.dataset.severity : "";
    if (now !== (severity || "")) holder.replaceChildren(...(severity ? [mark(severity)] : []));
  }

  // A list kept in step with `items`: as many elements as items, each painted from its own.
  function list(holder, items, build, paint) {
    while (holder.children.length > items.length) holder.lastChild.remove();
    while (holder.children.length < items.length) holder.append(build());
    items.forEach((item, n) => paint(holder.children[n], item, n));
  }

  // A figure that rolls to its new value, unless motion is not wanted or it is the first.
  const rolling = new WeakMap();
  function roll(element, value, show_as) {
    const before = rolling.get(element);
    if (before && before.value === value) return;
    if (before && before.frame) cancelAnimationFrame(before.frame);
    const from = before ? before.value : null;
    const mine = { value, frame: null };
    rolling.set(element, mine);
    if (from === null || value === null || still() || document.hidden) { put(element, show_as(value)); return; }
    const start = performance.now();
    const step = (now) => {
      const p = Math.min(1, (now - start) / ROLL_MS);
      put(element, show_as(p === 1 ? value : Math.round(from + (value - from) * p)));
      mine.frame = p < 1 ? requestAnimationFrame(step) : null;
    };
    mine.frame = requestAnimationFrame(step);
  }

  // ---- ages ----
  // Whether a tile of the snapshot may still be read as true, and if not, since when (real time).
  function age(tile, { real_ms, lost, tick_ms }) {
    if (lost) return { dim: true, since: tick_ms, lost: true };
    if (!tile || !tile.as_of) return { dim: false, since: null };
    const as_of = Date.parse(tile.as_of);
    return { dim: real_ms - as_of > tile.limit_s * 1000, since: as_of };
  }
  const now = () => ({ real_ms: zhongshu.live.real_ms(), lost: zhongshu.live.state.link.state === "lost", tick_ms: zhongshu.live.state.link.tick_at });
  // The words for an age: since when nothing came, or as of when it was true.
  function since_words({ since, lost }) {
    const city = zhongshu.live.to_city_ms(since), { clock, hour_minute, day } = zhongshu.format;
    const of_another_day = day(city) !== day(zhongshu.live.city_ms()), time = `${of_another_day ? `${day(city)} ` : ""}${lost ? clock(city) : hour_minute(city)}`;
    return zhongshu.text(lost ? "wall.as_of" : "wall.not_since", { time });
  }
  function since(holder, state) {
    if (!state.dim) { if (holder.firstChild) holder.replaceChildren(); return; }
    if (!holder.querySelector(".mark")) holder.replaceChildren(mark("watch"), make("span"));
    put(holder.lastChild, since_words(state));
  }

  return { at, token, rem, make, draw, put, show, dress, style, shape, mark, remark, list, roll, age, now, since, since_words, still };
})();

if (typeof module !== "undefined") module.exports = zhongshu.parts;
