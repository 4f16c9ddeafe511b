// The order that is being written: what it says, whom it reaches, how a hand changes it. Plain values, no page.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.deskModel = (() => {
  const TIERS = ["district", "township", "unit", "special_grid", "district_unit"];
  const ANSWERS = ["received", "in_position", "need_support", "cannot"];
  const GRADES = { 1: "alarm", 2: "warn", 3: "watch", 4: "normal" };

  // An empty order; `grade` is the one that a new order begins with, which depends on peace or war.
  const fresh = (grade = 4) => ({ mode: "live", template: null, variables: {}, title: "", text: "", grade, proposal: null, tiers: [], posts: [], leave_out: [], tags: [], groups: [], shapes: [], roles: [], workers: false, also: [], limits: {}, valid_until: null, answers: [...ANSWERS], ground: "", callback: "" });
  const is_empty = (form) => JSON.stringify({ ...form, mode: "live", grade: 4 }) === JSON.stringify(fresh());

  // The form with a template in it: its words, grade, tiers, limits and answers; the mode stays what it was.
  function with_template(form, template) {
    if (!template) return { ...form, template: null, variables: {} };
    const { key, title, text, grade, tiers, answers, variables } = template;
    return { ...fresh(), mode: form.mode, ground: form.ground, callback: form.callback, template: key, title, text, grade, tiers: [...tiers], answers: [...answers], variables: { ...variables } };
  }

  // A warning from outside as the order that it proposes: its plan where it has one, and the posts inside its area.
  function with_proposal(form, proposal, { posts, template }) {
    const codes = new Set(posts.map((post) => post.code)), inside = proposal.posts.filter((code) => codes.has(code));
    const began = template ? with_template(fresh(), template) : { ...fresh(), title: proposal.title, text: proposal.text };
    return { ...began, mode: proposal.mode, grade: proposal.grade, tiers: [], posts: inside, leave_out: [], ground: proposal.title.slice(0, 200), callback: form.callback, proposal: proposal.id };
  }

  // What was kept from another day: whatever no longer fits is left out, and a time that has passed is forgotten.
  function restored(kept, { posts, templates, now_local }) {
    if (!kept || typeof kept !== "object") return fresh();
    const codes = new Set(posts.map((post) => post.code)), known = (list) => (Array.isArray(list) ? list.filter((code) => codes.has(code)) : []);
    const form = Object.fromEntries(Object.entries(fresh()).map(([name, usual]) => [name, same_kind(kept[name], usual) ? kept[name] : usual]));
    const until = typeof kept.valid_until === "string" && kept.valid_until > now_local ? kept.valid_until : null;
    const template = templates.some((one) => one.key === kept.template) ? kept.template : null;
    return { ...form, mode: kept.mode === "drill" ? "drill" : "live", template, posts: known(kept.posts), leave_out: known(kept.leave_out), tiers: form.tiers.filter((tier) => TIERS.includes(tier)), tags: form.tags.filter((tag) => posts.some((post) => (post.tags || []).includes(tag))), also: known(form.also), valid_until: until };
  }
  const same_kind = (value, usual) => (Array.isArray(usual) ? Array.isArray(value) : usual === null || typeof value === typeof usual) && value !== undefined && value !== null;

  // ---- whom it reaches ----
  function within(post, root, by_code) {
    for (let one = post; one; one = by_code[one.parent]) if (one.code === root) return true;
    return false;
  }
  // The posts that may be ordered from here, in the city's order; reserved ones only where they take part.
  function orderable(posts, { root, reserved }) {
    const by_code = Object.fromEntries(posts.map((post) => [post.code, post]));
    return posts.filter((post) => TIERS.includes(post.tier) && (reserved || !post.reserved) && within(post, root, by_code));
  }
  // Not by its own name: by its tier, a tag, or (`also`, as the centre said last) a saved group or a shape on the map.
  const by_other = (form, post) => form.tiers.includes(post.tier) || (post.tags || []).some((tag) => form.tags.includes(tag)) || form.also.includes(post.code);
  const reaches = (form, post) => (by_other(form, post) || form.posts.includes(post.code)) && !form.leave_out.includes(post.code);
  const reached = (form, posts) => posts.filter((post) => reaches(form, post));

  function tier_state(form, posts, tier) {
    const all = posts.filter((post) => post.tier === tier), chosen = all.filter((post) => reaches(form, post));
    return { tier, of: all.length, n: chosen.length, chosen, state: !chosen.length ? "none" : chosen.length === all.length ? "all" : "some" };
  }

  const without = (list, codes) => list.filter((one) => !codes.includes(one));
  // Whole tier on or off; a hand on a tier forgets what was picked or left out of it singly.
  function toggle_tier(form, posts, tier) {
    const codes = posts.filter((post) => post.tier === tier).map((post) => post.code);
    const rest = { ...form, posts: without(form.posts, codes), leave_out: without(form.leave_out, codes) };
    const whole = form.tiers.includes(tier) && !form.leave_out.some((code) => codes.includes(code));
    return { ...rest, tiers: whole ? without(form.tiers, [tier]) : [...without(form.tiers, [tier]), tier] };
  }
  // One post, or several alike: taken in, or left out of a tier that is meant whole.
  function set_posts(form, posts, is_wanted) {
    let { posts: picked, leave_out } = form;
    for (const post of posts) {
      const { code } = post, other = by_other(form, post);
      picked = without(picked, [code]);
      leave_out = without(leave_out, [code]);
      if (is_wanted && !other) picked = [...picked, code];
      if (!is_wanted && other) leave_out = [...leave_out, code];
    }
    return { ...form, posts: picked, leave_out };
  }
  const toggle_post = (form, post) => set_posts(form, [post], !reaches(form, post));
  // Several at once: all of them, or none where all were in already.
  const toggle_posts = (form, posts) => set_posts(form, posts, !posts.every((post) => reaches(form, post)));

  // What the centre is told of whom it is for. Grid workers are those of the townships in reach, else of the districts,
  // and with a shape those of every township that it touches.
  function aimed(form, posts) {
    const { tiers, posts: named, leave_out, tags, groups, shapes, roles } = form, mine = reached(form, posts), of = (tier) => mine.filter((post) => post.tier === tier).map((post) => post.code);
    const areas = !form.workers || shapes.length ? [] : of("township").length ? of("township") : of("district");
    return { tiers, posts: named, leave_out, tags, groups, shapes, roles, grid_workers_of: areas, grid_workers_in_shapes: Boolean(form.workers && shapes.length) };
  }
  const is_aimed = (form) => [form.tiers, form.posts, form.tags, form.groups, form.shapes].some((list) => list.length);
  // The form with what the centre says it reaches; nothing of it is kept where nothing but the centre could know.
  const with_reach = (form, codes) => (form.groups.length || form.shapes.length ? { ...form, also: codes } : form);

  const toggle_answer = (form, key) => ({ ...form, answers: ANSWERS.filter((one) => (one === key) !== form.answers.includes(one)) });

  // Posts whose name, code or district holds what was typed; those that begin with it first.
  function search(posts, typed, { names, n = 12 }) {
    const wanted = typed.trim().toLowerCase();
    if (!wanted) return [];
    const rank = (post) => Math.min(...names(post).map((name) => { const at = name.toLowerCase().indexOf(wanted); return at < 0 ? 9 : at === 0 ? 0 : 1; }));
    return posts.map((post, i) => ({ post, i, r: rank(post) })).filter(({ r }) => r < 9).sort((a, b) => a.r - b.r || a.i - b.i).slice(0, n).map(({ post }) => post);
  }

  // The variables that words ask for, in the order in which they stand there; those the city fills itself left out.
  const GIVEN = ["deadline", "valid_until", "issued"];
  const variables_in = (...texts) => [...new Set(texts.flatMap((text) => [...text.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1])))].filter((name) => !GIVEN.includes(name));

  // ---- before it is sent ----
  // What keeps it from being sent, as a key of the catalogue, or null. `preview` is the server's word on this very form.
  function obstacle(form, { preview, typed_count, link_live, sending }) {
    if (sending) return "desk.stop_sending";
    if (!preview) return "desk.stop_checking";
    if (!preview.ok) return "desk.stop_refused";
    if (!link_live) return "desk.stop_offline";
    if (preview.wants_count && Number(typed_count) !== preview.count) return "desk.stop_count";
    return null;
  }
  const sum = (tiers) => TIERS.filter((tier) => tiers[tier]).map((tier) => tiers[tier]);

  return { TIERS, ANSWERS, GRADES, fresh, is_empty, with_template, with_proposal, restored, within, orderable, reaches, reached, tier_state, toggle_tier, toggle_post, toggle_posts, set_posts, aimed, is_aimed, with_reach, toggle_answer, search, variables_in, obstacle, sum };
})();

if (typeof module !== "undefined") module.exports = zhongshu.deskModel;
