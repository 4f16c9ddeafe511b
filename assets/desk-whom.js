// To whom: whole tiers, single posts by list, by typed name or on the map, and whom to leave out.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.deskWhom = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, M = () => zhongshu.deskModel, F = () => zhongshu.format, T = (...args) => zhongshu.text(...args);
  const FEW = 6;

  // `desk` is {form, change(form), city, posts, preview}
  function start(desk) {
    const own = { tiers: P().make("div", "tiers"), chips: P().make("div", "minus"), map: P().make("div", "map"), list: P().make("div", "picks"), found: P().make("div", "found"), open: null, at: 0 };
    own.list.hidden = own.found.hidden = true;
    own.districts = Object.fromEntries(desk.city.districts.map((district) => [district.code, district]));
    own.search = D().field("search", T("desk.search"), () => { own.at = 0; look(desk, own); }, { className: "field", placeholder: T("desk.search_hint") });
    own.search.addEventListener("keydown", (event) => keys(event, desk, own));
    own.search.addEventListener("blur", () => setTimeout(() => { own.found.hidden = true; }, 150));
    own.search.addEventListener("focus", () => look(desk, own));
    const box = P().make("div", "stage", own.map, own.list);
    own.light = zhongshu.deskMap.start(own.map, { city: desk.city, posts: desk.posts, name: (post) => label(post, own), pick: (post, whole) => desk.change(whole ? M().toggle_posts(desk.form, same_district(desk, post)) : M().toggle_post(desk.form, post)) });
    own.draw = zhongshu.deskDraw.start(own.map, { project: own.light.project, shapes: () => desk.form.shapes, changed: (shapes) => desk.change({ ...desk.form, shapes }), ended: () => desk.refresh() });
    own.more = zhongshu.deskMore.start(desk, { map: { ...own.draw, begin: () => { close(desk, own); own.draw.begin(); desk.refresh(); } }, label: (post) => label(post, own), refresh: desk.refresh });
    P().at("desk-whom-fields").append(own.tiers, P().make("div", "typed", own.search, own.found), own.more.holder, own.chips, box);
    new ResizeObserver(() => { own.light.build(); paint(desk, own); }).observe(own.map);
    const escape = () => { if (own.draw.is_on()) { own.draw.stop(); return true; } return close(desk, own); };
    return { paint: () => paint(desk, own), search: () => own.search.focus(), close: escape, undo: () => own.draw.is_on() && own.draw.undo() };
  }
  const same_district = (desk, post) => desk.posts.filter((one) => one.tier === post.tier && one.district === post.district);
  const label = (post, own) => {
    const district = own.districts[post.district];
    return district && district.code !== post.code && post.tier !== "district_unit" ? `${F().name(post.name)} ${F().name(district.short)}` : F().name(post.name);
  };

  function paint(desk, own) {
    const { form, posts, preview } = desk;
    tiers(desk, own);
    D().part(own.chips, [form.leave_out], () => (form.leave_out.length ? [P().make("span", "qq", T("desk.leave_out")), ...form.leave_out.slice(0, 12).map((code) => chip(desk, own, code)), form.leave_out.length > 12 ? P().make("span", "qq", T("desk.more", { n: form.leave_out.length - 12 })) : null] : []));
    own.light.paint(new Set(M().reached(form, posts).map((post) => post.code)), new Set((preview && preview.silent) || []));
    own.draw.draw();
    own.more.paint();
    P().show(own.list, own.open);
    P().show(own.map, !own.open);
    if (own.open) picks(desk, own);
  }
  function chip(desk, own, code) {
    const post = desk.posts.find((one) => one.code === code), words = post ? label(post, own) : code;
    const made = D().button("chip", () => desk.change(M().set_posts(desk.form, [post], true)), words, P().make("i", "", "×"));
    made.setAttribute("aria-label", T("desk.send_again", { name: words }));
    return made;
  }

  // ---- tiers: a box for the whole, and the list behind the name ----
  function tiers(desk, own) {
    const states = M().TIERS.map((tier) => M().tier_state(desk.form, desk.posts, tier)).filter(({ of }) => of > 0);
    D().part(own.tiers, states.map(({ tier }) => tier), () => states.map(({ tier }) => row(desk, own, tier)));
    states.forEach((state, i) => {
      const [box, name, count] = own.tiers.children[i].children, some = state.state === "some";
      box.setAttribute("aria-checked", state.state === "all" ? "true" : some ? "mixed" : "false");
      P().dress(box, `ck ${state.state}`);
      P().put(name.lastChild, some && !desk.form.tiers.includes(state.tier) ? few(state.chosen) : "");
      P().put(count, `${F().number(state.n)} / ${F().number(state.of)}`);
      name.setAttribute("aria-expanded", String(own.open === state.tier));
    });
  }
  function row(desk, own, tier) {
    const box = D().button("ck", () => desk.change(M().toggle_tier(desk.form, desk.posts, tier))), open = () => { own.open = own.open === tier ? null : tier; paint(desk, own); };
    box.setAttribute("role", "checkbox");
    box.setAttribute("aria-label", T(`tier.${tier}`));
    return P().make("div", "li", box, D().button("name", open, P().make("b", "", T(`tier.${tier}`)), P().make("i", "caret"), P().make("span", "q", "")), P().make("span", "fig", ""));
  }
  const few = (chosen) => chosen.slice(0, FEW).map((post) => F().name(post.short)).join(T("desk.comma")) + (chosen.length > FEW ? ` ${T("desk.and_more", { n: chosen.length })}` : "");

  // ---- the list of one tier, by district where it has districts ----
  function picks(desk, own) {
    const posts = desk.posts.filter((post) => post.tier === own.open), groups = new Map();
    for (const post of posts) groups.set(grouped(post) ? post.district : "", [...(groups.get(grouped(post) ? post.district : "") || []), post]);
    D().part(own.list, [own.open, posts.length], () => [
      P().make("div", "top", P().make("b", "", T(`tier.${own.open}`)), D().button("quiet", () => close(desk, own), T("desk.back_to_map"))),
      ...[...groups].map(([district, members]) => group(desk, own, { district, members })),
    ]);
    for (const made of own.list.querySelectorAll("[data-code]")) D().press(made, M().reaches(desk.form, posts.find((post) => post.code === made.dataset.code)));
  }
  const grouped = (post) => post.district && post.tier !== "district" && post.tier !== "special_grid";
  function group(desk, own, { district, members }) {
    const whole = own.districts[district] ? D().button("district", () => desk.change(M().toggle_posts(desk.form, members)), F().name(own.districts[district].name), P().make("span", "q fig", ` ${members.length}`)) : "";
    const made = members.map((post) => { const one = D().button("pick", () => desk.change(M().toggle_post(desk.form, post)), F().name(post.tier === "district_unit" ? post.short : post.name)); one.dataset.code = post.code; return one; });
    return P().make("div", "group", whole, P().make("div", "members", ...made));
  }
  function close(desk, own) {
    if (!own.open) return false;
    own.open = null;
    paint(desk, own);
    return true;
  }

  // ---- typed: the arrow keys choose, Enter takes in or leaves out ----
  const names = (post) => [post.code, ...post.name.filter(Boolean), ...post.short.filter(Boolean)];
  function look(desk, own) {
    own.hits = M().search(desk.posts, own.search.value, { names });
    P().show(own.found, own.search.value.trim());
    own.found.replaceChildren(...(own.hits.length ? own.hits.map((post, i) => hit(desk, own, { post, i })) : [P().make("p", "qq", T("desk.nothing_found"))]));
  }
  function hit(desk, own, { post, i }) {
    const made = D().button(i === own.at ? "hit at" : "hit", () => take(desk, own, post), P().make("span", `ck ${M().reaches(desk.form, post) ? "all" : ""}`), P().make("span", "", label(post, own)), P().make("span", "qq", T(`tier.${post.tier}`)));
    made.tabIndex = -1;
    made.addEventListener("mousedown", (event) => event.preventDefault());
    return made;
  }
  function take(desk, own, post) {
    desk.change(M().toggle_post(desk.form, post));
    own.search.select();
    look(desk, own);
  }
  function keys(event, desk, own) {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key === "Escape") { own.search.value = ""; own.search.blur(); event.stopPropagation(); return; }
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && own.hits && own.hits[own.at]) { event.preventDefault(); take(desk, own, own.hits[own.at]); return; }
    if (!moves[event.key] || !own.hits || !own.hits.length) return;
    event.preventDefault();
    own.at = (own.at + moves[event.key] + own.hits.length) % own.hits.length;
    look(desk, own);
  }

  return { start, label };
})();

if (typeof module !== "undefined") module.exports = zhongshu.deskWhom;
