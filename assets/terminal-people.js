// Who answers at this terminal: the person's own login, a PIN, or a name chosen from the list, which proves nothing.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.terminalPeople = (() => {
  const SELF = "self";
  const P = () => zhongshu.parts, T = (...args) => zhongshu.text(...args);

  // `self` is the name of the person who is logged in, empty on a post's device. `chosen` is a person's id or SELF;
  // `rostered` the id of who is on duty by the roster: taken until somebody chooses.
  function who({ people, self, chosen, rostered = null, has_pin_now }) {
    if (self && (chosen === SELF || !chosen)) return { person: null, name: self, known: "login" };
    const person = people.find((one) => one.id === chosen);
    const by_roster = !person && people.find((one) => one.id === rostered);
    if (by_roster) return { person: by_roster.id, name: by_roster.name, known: "roster", has_pin: by_roster.has_pin };
    if (!person) return null;
    return { person: person.id, name: person.name, known: has_pin_now ? "pin" : "chosen", has_pin: person.has_pin };
  }

  // A name that was chosen stands until the shift ends: `shift()` is {person, until} by the roster, or null.
  function open({ post, self, store = localStorage, changed, shift = () => null, now = Date.now }) {
    const key = `zhongshu-who-${post}`, sheet = P().at("terminal-people");
    let chosen = null, until = Infinity, pin = "", people = [], then = null;
    try { [chosen, until] = remembered(store.getItem(key)); } catch { /* private window: asked each time */ }

    const state = {
      take(rows) { people = Object.values(rows).filter((row) => row.post === post).sort((a, b) => (a.id < b.id ? -1 : 1)); },
      get who() { return who({ people, self, chosen: now() < until ? chosen : null, rostered: (shift() || {}).person, has_pin_now: Boolean(pin) }); },
      get pin() { return state.who && state.who.known === "pin" ? pin : ""; },
      get count() { return people.length; },
      choose: (after = null) => { then = after; list(); show(); },
      ask_pin: (after, problem = "") => { then = after; pin = ""; pin_form(people.find((one) => one.id === chosen), problem); show(); },
    };
    function show() { if (!sheet.open) sheet.showModal(); }
    function done() {
      sheet.close();
      changed();
      const act = then;
      then = null;
      if (act) act();
    }
    function pick(id) {
      const on_duty = shift();
      chosen = id;
      until = on_duty ? Date.parse(on_duty.until) : Infinity;
      pin = "";
      try { store.setItem(key, JSON.stringify([id, on_duty && until])); } catch { /* asked again next time */ }
      const person = people.find((one) => one.id === id);
      if (person && person.has_pin) pin_form(person, ""); else done();
    }

    function list() {
      const rows = people.map((person) => choice(person.name, duty_of(person), person.id));
      const own = self ? [choice(self, T("terminal.known_login"), SELF)] : [];
      const none = rows.length || own.length ? [] : [P().make("p", "q", T("terminal.no_people"))];
      sheet.replaceChildren(P().make("h2", "", T("terminal.who_answers")), P().make("p", "q", T("terminal.chosen_note")), ...own, ...rows, ...none, back());
    }
    function choice(name, note, id) {
      const button = P().make("button", id === chosen ? "person on" : "person", P().make("b", "", name), P().make("span", "q", note));
      button.type = "button";
      button.addEventListener("click", () => pick(id));
      return button;
    }
    function pin_form(person, problem) {
      const field = Object.assign(document.createElement("input"), { type: "password", inputMode: "numeric", autocomplete: "off", maxLength: 8 });
      field.setAttribute("aria-label", T("terminal.pin"));
      const form = P().make("form", "", P().make("label", "", T("terminal.pin_of", { name: person ? person.name : "" }), field));
      const skip = P().make("button", "", T("terminal.without_pin")), go = P().make("button", "go", T("terminal.verify"));
      skip.type = "button";
      skip.addEventListener("click", done);
      form.append(P().make("p", "alarm", problem), go, skip);
      form.addEventListener("submit", (event) => { event.preventDefault(); if (!field.value) return; pin = field.value; done(); });
      sheet.replaceChildren(P().make("h2", "", T("terminal.pin_title")), P().make("p", "q", T("terminal.pin_note")), form, back());
      field.focus();
    }
    function back() {
      const button = P().make("button", "quiet", T("terminal.back"));
      button.type = "button";
      button.addEventListener("click", () => { then = null; sheet.close(); changed(); });
      return button;
    }
    return state;
  }
  const remembered = (text) => { const [id = null, until = null] = text ? JSON.parse(text) : []; return [id, until ?? Infinity]; };
  const duty_of = (person) => (zhongshu.words.has(`terminal.duty_${person.duty}`) ? T(`terminal.duty_${person.duty}`) : person.duty || "");

  return { open, who, SELF };
})();

if (typeof module !== "undefined") module.exports = zhongshu.terminalPeople;
