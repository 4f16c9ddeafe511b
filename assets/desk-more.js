// More ways to say to whom: tags, saved groups, a shape on the map, the grid workers of an area, people in their roles.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.deskMore = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, S = () => zhongshu.deskSheets, M = () => zhongshu.deskModel, F = () => zhongshu.format, T = (...args) => zhongshu.text(...args);
  const ROLES = ["on_duty", "deputy", "leader"];
  const toggled = (list, one) => (list.includes(one) ? list.filter((each) => each !== one) : [...list, one]);

  // `desk` is {form, change(form), posts, ask(payload), may_dispatch}; `map` is the map's {begin(), stop(), is_on()},
  // `label(post)` a post's name with its district's.
  function start(desk, { map, label, refresh }) {
    const own = { holder: P().make("div", "more"), groups: [], area: null, asked: "", refresh, map, label };
    own.tags = [...new Set(desk.posts.flatMap((post) => post.tags || []))].map((tag) => ({ tag, n: desk.posts.filter((post) => (post.tags || []).includes(tag)).length }));
    desk.ask({ verb: "groups" }).then((answer) => { if (answer.ok) { own.groups = answer.groups; refresh(); } });
    return { holder: own.holder, paint: () => paint(desk, own) };
  }

  function paint(desk, own) {
    const { form } = desk, drawing = own.map.is_on();
    D().part(own.holder, [form.tags, form.groups, form.roles, form.workers, form.shapes.length, drawing, own.groups, own.area], () => [
      ...own.tags.map(({ tag, n }) => chip(form.tags.includes(tag), [tag, P().make("span", "fig", ` ${n}`)], () => desk.change({ ...form_of(desk), tags: toggled(desk.form.tags, tag) }))),
      ...own.groups.map((group) => chip(form.groups.includes(group.id), [group.name], () => desk.change({ ...form_of(desk), groups: toggled(desk.form.groups, group.id) }), () => forget(desk, own, group))),
      chip(drawing, [T(drawing ? "desk.draw_end" : "desk.draw")], () => (drawing ? own.map.stop() : own.map.begin())),
      D().button("chip", () => { own.map.stop(); zhongshu.deskShapes.open(desk, own.label); }, T("desk.shape_type")),
      form.shapes.length ? D().button("chip", () => { own.map.stop(); desk.change({ ...form_of(desk), shapes: [], also: [] }); }, T("desk.draw_clear", { n: form.shapes.length }), P().make("i", "", "×")) : null,
      chip(form.workers, [T("desk.workers")], () => desk.change({ ...desk.form, workers: !desk.form.workers })),
      ...ROLES.map((role) => chip(form.roles.includes(role), [T(`desk.role_${role}`)], () => desk.change({ ...desk.form, roles: toggled(desk.form.roles, role) }))),
      M().is_aimed(form) ? D().button("link", () => keep(desk, own), T("desk.group_save")) : null,
      drawing ? P().make("p", "qq hint", T("desk.draw_hint")) : own.area ? P().make("p", "q hint", area_words(own.area)) : null,
    ]);
    look(desk, own);
  }
  const form_of = (desk) => desk.form;
  function chip(on, words, act, forget_it) {
    const made = D().button("chip", act, ...words);
    D().press(made, on);
    if (!forget_it) return made;
    const away = D().button("away", (event) => { event.stopPropagation(); forget_it(); }, "×");
    away.setAttribute("aria-label", T("desk.group_delete", { name: words[0] }));
    return P().make("span", "with-away", made, away);
  }

  // ---- what a shape holds besides posts ----
  async function look(desk, own) {
    const shapes = desk.form.shapes, said = JSON.stringify(shapes);
    if (own.asked === said) return;
    own.asked = said;
    const answer = shapes.length ? await desk.ask({ verb: "area", shapes }) : null;
    if (own.asked !== said) return;
    own.area = answer && answer.ok ? answer : null;
    own.refresh();
  }
  function area_words(area) {
    const devices = Object.entries(area.devices).map(([kind, n]) => T("desk.area_devices", { kind: T(`desk.device_${kind}`) === `desk.device_${kind}` ? kind : T(`desk.device_${kind}`), n: F().number(n) }));
    return [T("desk.area_posts", { n: F().number(area.posts.length), on: F().number(area.on_duty) }), T("desk.area_workers", { n: F().number(area.workers_on_duty), of: F().number(area.workers) }), ...devices].join(T("desk.gap"));
  }

  // ---- saved groups ----
  function keep(desk, own) {
    const name = D().field("text", T("desk.group_name"), () => {}, { className: "field", maxLength: 40, required: true });
    S().open(T("desk.group_save"), { act: T("desk.group_save"), fields: [P().make("p", "q", T("desk.group_note")), S().labelled(T("desk.group_name"), name)], send: () => desk.ask({ verb: "save_group", name: name.value, form: M().aimed(desk.form, desk.posts) }), done: (answer) => { own.groups = answer.groups; own.refresh(); } });
  }
  function forget(desk, own, group) {
    S().open(T("desk.group_delete", { name: group.name }), { act: T("desk.group_delete_do"), danger: true, focus: ".danger", fields: [P().make("p", "q", T("desk.group_delete_note"))], send: () => desk.ask({ verb: "delete_group", group: group.id }), done: (answer) => { own.groups = answer.groups; desk.change({ ...desk.form, groups: desk.form.groups.filter((one) => one !== group.id) }); } });
  }

  return { start, toggled };
})();

if (typeof module !== "undefined") module.exports = zhongshu.deskMore;
