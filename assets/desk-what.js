// What is ordered: live or drill, a template with its variables or free words, the grade, and the text as it will stand.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.deskWhat = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, M = () => zhongshu.deskModel, T = (...args) => zhongshu.text(...args);

  // `desk` is {form, change(form), city, preview}
  function start(desk) {
    const holder = P().at("desk-what-fields"), fields = {};

    const modes = P().make("div", "modes");
    modes.setAttribute("role", "group");
    modes.setAttribute("aria-label", T("desk.mode"));
    for (const mode of ["live", "drill"]) {
      fields[mode] = D().button(mode, () => desk.change({ ...desk.form, mode }), T(mode === "live" ? (desk.demo ? "order.demo_live" : "order.live") : "order.drill"));
      modes.append(fields[mode]);
    }

    fields.template = P().make("select", "field");
    fields.template.setAttribute("aria-label", T("desk.template"));
    fields.template.append(new Option(T("desk.free_text"), ""), ...desk.city.templates.map((one) => new Option(zhongshu.format.name(one.name), one.key)));
    fields.template.addEventListener("change", () => choose(fields.template.value));
    const choose = (key) => desk.change(M().with_template(desk.form, desk.city.templates.find((one) => one.key === key)));

    const grades = P().make("div", "levels");
    grades.setAttribute("role", "group");
    grades.setAttribute("aria-label", T("desk.grade"));
    for (const grade of [1, 2, 3, 4]) {
      fields[grade] = D().button(`grade-${grade}`, () => desk.change({ ...desk.form, grade }), P().mark(M().GRADES[grade]), T(`desk.grade_${grade}`));
      grades.append(fields[grade]);
    }

    fields.title = D().field("text", T("desk.title"), (title) => desk.change({ ...desk.form, title }), { className: "field", maxLength: 80, placeholder: T("desk.title_hint") });
    fields.text = D().field("textarea", T("desk.text"), (text) => desk.change({ ...desk.form, text }), { className: "text", maxLength: 1000, placeholder: T("desk.text_hint") });
    fields.variables = P().make("div", "variables");
    fields.preview = P().make("div", "received");
    fields.preview.tabIndex = 0;
    fields.preview.setAttribute("role", "region");
    fields.preview.setAttribute("aria-label", T("desk.as_received"));
    fields.length = P().make("span");

    holder.append(modes, head(T("desk.template"), usage()), fields.template, head(T("desk.grade")), grades, head(T("desk.title")), fields.title,
      head(T("desk.text"), fields.length), fields.text, fields.variables, head(T("desk.as_received")), fields.preview);

    function usage() { fields.usage = P().make("span"); return fields.usage; }
    return { paint: () => paint(desk, fields), focus: () => fields.template.focus() };
  }
  const head = (words, aside = "") => P().make("h3", "", P().make("span", "", words), aside);

  function paint(desk, fields) {
    const { form, preview } = desk;
    for (const mode of ["live", "drill"]) D().press(fields[mode], form.mode === mode);
    for (const grade of [1, 2, 3, 4]) D().press(fields[grade], form.grade === grade);
    D().fill(fields.template, form.template || "");
    D().fill(fields.title, form.title);
    D().fill(fields.text, form.text);
    P().put(fields.length, T("desk.length", { n: [...form.text].length }));
    P().put(fields.usage, form.template && preview && preview.ok && preview.usual.length ? T("desk.used", { n: preview.usual.length }) : "");
    variables(desk, fields.variables);
    received(fields.preview, preview, desk.demo);
  }
  // A field for each name in braces; it is kept while the words still ask for it.
  function variables(desk, holder) {
    const { form } = desk, names = M().variables_in(form.title, form.text);
    D().part(holder, names, () => names.map((name) => {
      const made = D().field("text", name, (value) => desk.change({ ...desk.form, variables: { ...desk.form.variables, [name]: value } }), { className: "field", maxLength: 120 });
      made.dataset.name = name;
      return P().make("label", "", P().make("span", "", name), made);
    }));
    for (const made of holder.querySelectorAll("input")) D().fill(made, form.variables[made.dataset.name] || "");
  }
  // The server's own words, byte for byte what would be stored.
  function received(holder, preview, demo) {
    const shown = preview && preview.ok ? preview : null;
    D().part(holder, shown ? [shown.title, shown.text, shown.mode, shown.grade, shown.ground, shown.callback] : null, () => (!shown ? [P().make("p", "qq", T("desk.no_preview"))] : [
      P().make("p", "q", T(shown.mode === "drill" ? "order.drill" : demo ? "order.demo_live" : "order.live"), " ", T(`desk.grade_${shown.grade}`)),
      P().make("p", "title", shown.title),
      P().make("p", "words", shown.text),
      shown.ground ? P().make("p", "q", T("terminal.ground", { ground: shown.ground })) : null,
      shown.callback ? P().make("p", "q", T("terminal.callback", { number: shown.callback })) : null,
    ]));
  }

  return { start, head };
})();

if (typeof module !== "undefined") module.exports = zhongshu.deskWhat;
