// Small parts of desks and terminals: what is made anew only when it says something else, buttons, and fields.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.deskParts = (() => {
  const keys = new WeakMap();
  const P = () => zhongshu.parts;

  // Fills `holder` with what `build` makes, unless `key` says that nothing has changed.
  function part(holder, key, build) {
    const said = JSON.stringify(key);
    if (keys.get(holder) === said) return;
    keys.set(holder, said);
    holder.replaceChildren(...build().filter((child) => child !== null && child !== undefined && child !== ""));
  }
  function button(className, act, ...children) {
    const made = P().make("button", className, ...children);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }
  // `kind` is an input's type, or "textarea". `heard` gets the value at every change.
  function field(kind, label, heard, more = {}) {
    const made = document.createElement(kind === "textarea" ? "textarea" : "input");
    if (kind !== "textarea") made.type = kind;
    Object.assign(made, { autocomplete: "off", spellcheck: false, ...more });
    made.setAttribute("aria-label", label);
    made.addEventListener("input", () => heard(made.value));
    return made;
  }
  // Sets a field's value without disturbing somebody who is typing the same.
  function fill(made, value) {
    const said = value === null || value === undefined ? "" : String(value);
    if (made.value !== said) made.value = said;
  }
  function press(made, is_on) {
    const said = String(Boolean(is_on));
    if (made.getAttribute("aria-pressed") !== said) made.setAttribute("aria-pressed", said);
    made.classList.toggle("on", Boolean(is_on));
  }
  // The sheet of this page with `children`, shown above everything; the way back is Escape or the button.
  function sheet(holder, ...children) {
    holder.replaceChildren(...children);
    if (!holder.open) holder.showModal();
    return holder;
  }
  return { part, button, field, fill, press, sheet };
})();

if (typeof module !== "undefined") module.exports = zhongshu.deskParts;
