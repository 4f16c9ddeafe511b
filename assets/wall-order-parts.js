// The parts of the order scene as elements: head, stopwatches, answers, curves, the silent and the waiting.
(function (root) {
  const zhongshu = (root.zhongshu = root.zhongshu || {});
  const model = zhongshu.orderModel;

  const SEGMENTS = 40; // more targets than this are one solid bar: single ticks would be under 2 px
  const LATEST = 9;
  const HEADING = 3.2; // rem
  const BAR = ["confirmed", "need", "cannot", "delivered"];
  const MARKS = { need_support: "warn", cannot: "alarm" };
  const CURVE = { width: 200, height: 72 };

  const text = (key, values) => zhongshu.text(`order_scene.${key}`, values);
  const make = (...given) => zhongshu.parts.make(...given);
  const draw = (...given) => zhongshu.parts.draw(...given);
  const nameOf = (pair) => zhongshu.format.name(pair);

  // ---- times, as the clock of the wall shows them

  const wallMs = (time) => Math.round(zhongshu.live.to_city_ms(Date.parse(time)) / 1000) * 1000;
  const timeOf = (time) => zhongshu.format.clock(wallMs(time));

  // A moment of another day carries its date.
  function momentOf(time, today) {
    const [ms, clock] = [wallMs(time), zhongshu.format.hour_minute(wallMs(time))];
    const date = zhongshu.format.date(ms);
    return date === zhongshu.format.date(today) ? clock : `${date} ${clock}`;
  }

  // ---- head

  const modeWord = ({ order, demo }) => text(order.mode === "drill" ? "drill" : demo ? "demo_live" : "live");
  const tagged = (words, order) => (order.mode === "drill" && !words.includes(text("drill_tag")) ? text("drill_tag") + words : words);
  const endOf = (order) => (model.isRunning(order) ? null : text(`state_${order.state}`, { time: timeOf(order.ended_at || order.valid_until) }));

  function factsOf(view) {
    const { order } = view;
    const today = wallMs(order.issued_at);
    return [
      text("number", { no: order.no }), text(`grade_${order.grade}`), modeWord(view),
      view.others > 0 && text("others", { n: view.others }),
      order.edition > 1 && text("edition", { n: order.edition }),
      text("issued", { time: timeOf(order.issued_at) }),
      order.valid_until && text("valid_until", { time: momentOf(order.valid_until, today) }),
      order.signer && text("signer", { name: order.signer }),
      order.callback && text("callback", { number: order.callback }),
    ].filter(Boolean);
  }

  function headOf(view) {
    const { order } = view;
    const ground = order.ground ? text("ground", { ground: order.ground }) : "";
    return { facts: factsOf(view), title: tagged(order.title, order), body: tagged(order.text || "", order), ground, end: endOf(order), mode: order.mode, lost: lostWords() };
  }

  // The link is lost: the whole scene is as of the last tick, and says so.
  const lostWords = () => (zhongshu.parts.now().lost ? zhongshu.parts.since_words({ since: zhongshu.parts.now().tick_ms, lost: true }) : "");
  const lostMark = (words) => (words ? [make("span", "watch", zhongshu.parts.mark("watch"), ` ${words}`)] : []);

  function head({ facts, title, body, ground, end, mode, lost }) {
    const line = make("p", facts.length > 7 ? "facts many" : "facts", ...facts.map((fact, i) => make("span", i === 2 ? `mode ${mode}` : "", fact)), ...lostMark(lost));
    const heading = make("h2", title.length > 14 ? "long" : "", title);
    return [line, make("div", "title", heading, ...(end ? [make("b", "ended", end)] : [])), make("p", "body", body), make("p", "ground", ground)];
  }

  function noteOf({ lines, posts }) {
    const { n, confirmed } = model.offMap(lines, posts);
    return n ? text("off_map", { n, confirmed }) : "";
  }

  const note = (view) => [noteOf(view)];

  // ---- stopwatches

  const faceKey = ({ tier, of, confirmed, done, over, running, parts, within, deadline }) =>
    [tier, of, confirmed, done, over, running, parts, within, deadline];

  function limitWords({ within }) {
    return within === null ? "" : text("limit", { limit: model.clock(within) });
  }

  function faceNote(face) {
    if (face.within === null) return "";
    const left = model.clock(Math.abs(face.within - face.elapsed) + (face.over ? 0 : 0.999));
    if (face.over) return left;
    if (face.done) return text("in_time", { left: model.clock(face.within - face.elapsed) });
    return face.running ? text("left", { left }) : text("ended_short");
  }

  const looks = (face) => ["face", face.over ? "over" : face.done ? "done" : face.running ? "running" : "ended"].join(" ");
  const rest = (face) => face.of - BAR.reduce((sum, part) => sum + face.parts[part], 0);

  function segments(face) {
    const all = [...BAR.map((part) => [part, face.parts[part]]), ["none", Math.max(0, rest(face))]];
    return all.flatMap(([part, n]) => Array.from({ length: n }, () => make("i", part)));
  }

  function stretches(face) {
    return BAR.filter((part) => face.parts[part] > 0).map((part) => {
      const bar = make("i", part);
      bar.style.flex = `0 0 ${(face.parts[part] / face.of) * 100}%`;
      return bar;
    });
  }

  const bars = (face) => (face.of <= SEGMENTS ? make("div", "bars segments", ...segments(face)) : make("div", "bars", ...stretches(face)));

  const tierWords = (tier, n) => text(`tier_${tier}`, { n });

  function label(face) {
    return make("div", "lab", make("span", "", make("b", "", String(face.of)), ` ${tierWords(face.tier, face.of)}`), make("span", "", limitWords(face)));
  }

  function count(face) {
    const figure = make("span", "fig", String(face.confirmed), make("small", "", `/${face.of}`));
    return make("div", "cnt", figure, make("span", "w", text(face.done ? "all_confirmed" : "confirmed")));
  }

  function underline(face) {
    const word = face.over ? [make("b", "alarmword", text("over")), " "] : [];
    const until = face.deadline ? text("deadline", { time: timeOf(face.deadline) }) : "";
    return make("div", "under", ...word, make("span", "note", faceNote(face)), make("span", "deadline", until));
  }

  function face(said) {
    const time = make("div", "time fig", model.clock(said.elapsed));
    const section = make("section", looks(said), label(said), make("div", "dial", time, count(said)), bars(said), underline(said));
    section.dataset.tier = said.tier;
    return section;
  }

  function smallFace(said) {
    const over = said.over ? [make("b", "alarmword", text("over"))] : [];
    const name = make("span", "name", text(`name_${said.tier}`), ...over);
    const row = make("div", looks(said).replace("face", "tier"), name, make("span", "fig", `${said.confirmed}/${said.of}`), make("span", "fig time", model.clock(said.elapsed)));
    row.dataset.tier = said.tier;
    return row;
  }

  // ---- answers

  function answerRow({ key, n, of }) {
    const sign = MARKS[key] && n ? zhongshu.parts.mark(MARKS[key]) : make("i");
    const figure = make("span", `fig ${n ? MARKS[key] || "" : ""}`, String(n), ...(of ? [make("small", "", `/${of}`)] : []));
    const row = make("div", "row", make("span", "", text(`answer_${key}`)), sign, figure);
    row.dataset.answer = key;
    return row;
  }

  const answers = (counted) => counted.map(answerRow);
  // What escalation has done so far, in words. The line has its room from the beginning: the names on the map keep off
  // the panel as it is when the order comes.
  const escalated = (counts) => [make("p", "escalated", counts.map(([what, n]) => text(`steps_${what}`, { n })).join(text("comma")))];

  function spanOf({ faces, order, now }) {
    const limits = [...faces.large, ...faces.small].map((face) => face.within || 0);
    const elapsed = Math.max(0, ...[...faces.large, ...faces.small].map((face) => face.elapsed));
    const until = Math.min(elapsed, Math.max(0, (now - Date.parse(order.issued_at)) / 1000));
    return { until: Math.ceil(until / 5) * 5, span: Math.max(60, ...limits, Math.ceil(until / 60) * 60), limits: [...new Set(limits)].filter(Boolean) };
  }

  function curvesOf(view) {
    return { ...model.curves(view.order, view.lines), ...spanOf(view), total: view.order.targets || 1 };
  }

  // A step line: each moment adds one; it ends at `until`.
  function steps(moments, { span, until, total }) {
    const x = (s) => ((Math.min(s, span) / span) * CURVE.width).toFixed(1);
    const y = (n) => (CURVE.height - (n / total) * (CURVE.height - 4) - 1).toFixed(1);
    const rises = moments.map((s, i) => `H${x(s)}V${y(i + 1)}`).join("");
    return `M0 ${y(0)}${rises}H${x(Math.max(until, moments[moments.length - 1] || 0))}`;
  }

  function curves(said) {
    const limit = (s) => draw("path", { class: "limit", d: `M${((s / said.span) * CURVE.width).toFixed(1)} 0V${CURVE.height}` });
    const line = (name) => draw("path", { class: name, d: steps(said[name], said) });
    const sheet = draw("svg", { viewBox: `0 0 ${CURVE.width} ${CURVE.height}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    sheet.append(draw("path", { class: "base", d: `M0 ${CURVE.height - 1}H${CURVE.width}` }), ...said.limits.map(limit), line("confirmed"), line("inPosition"));
    const key = make("p", "key", make("span", "confirmed", text("curve_confirmed")), make("span", "inPosition", text("curve_in_position")));
    return [key, sheet];
  }

  // ---- the silent, and the last to confirm

  // How many rows a list has room for, under its heading.
  function roomFor(list) {
    const row = parseFloat(getComputedStyle(list).getPropertyValue("--row")) * zhongshu.parts.rem();
    return Math.max(2, Math.floor((list.clientHeight - HEADING * zhongshu.parts.rem()) / row));
  }

  function districtWords(post, { map }) {
    if (post.tier === "district" || post.tier === "unit") return "";
    const district = map.city.districts.find((d) => d.code === post.district);
    return district ? nameOf(district.short) : "";
  }

  const stateWord = (line) => text(`line_${line.state}`);
  const stepWord = (step) => (step ? text(step.what === "told" ? `step_told_${step.channel}` : `step_${step.what}`) : "");

  function silentRow(post, view) {
    const name = make("span", "who", nameOf(post.name), make("span", "q", post.tier === "district" ? text("desk") : districtWords(post, view)));
    const row = make("div", "row", make("span", "k fig", String(view.numbers.get(post.code))), name, make("span", "r", stepWord(view.told.get(post.code)) || stateWord(post.line)));
    row.dataset.post = post.code;
    return row;
  }

  function perDistrict(posts, view) {
    const counts = new Map();
    posts.forEach((post) => counts.set(districtWords(post, view) || text(`name_${post.tier}`), (counts.get(districtWords(post, view) || text(`name_${post.tier}`)) || 0) + 1));
    return [...counts].sort((a, b) => b[1] - a[1]).map(([name, n]) => `${name} ${n}`).join(text("between"));
  }

  function moreRow(view) {
    const hidden = view.silent.slice(view.shown.length);
    return hidden.length ? [make("div", "row more", make("span", "who", text("more", { n: hidden.length, where: perDistrict(hidden, view) })))] : [];
  }

  // Two to a row where one to a row has no room: a number must lead to a name, so the rest of the row gives way first.
  function densePair(posts, view) {
    const cell = (post) => make("span", "who", make("b", "k fig", String(view.numbers.get(post.code))), nameOf(post.name));
    const row = make("div", "row pair", ...posts.map(cell));
    row.dataset.post = posts.map((post) => post.code).join(" ");
    return row;
  }

  function pairs(posts, view) {
    return posts.flatMap((post, i) => (i % 2 ? [] : [densePair(posts.slice(i, i + 2), view)]));
  }

  // How many silent posts are named: all where there is room, else two to a row with one row for the others.
  function namedOf(n, room) {
    if (n <= room) return n;
    return n <= room * 2 ? n : (room - 1) * 2;
  }

  const silentRows = (view) => (view.silent.length > view.room ? pairs(view.shown, view) : view.shown.map((post) => silentRow(post, view)));

  function silentList(view) {
    const title = make("h2", "", zhongshu.parts.mark("warn"), `${text("undelivered")} `, make("span", "fig", String(view.silent.length)), make("small", "", text("no_receipt")));
    return [title, ...silentRows(view), ...moreRow(view)];
  }

  function latestRow(line, view) {
    const post = model.postOf(line, view.posts);
    const after = model.clock((Date.parse(line.acknowledged_at) - Date.parse(view.order.issued_at)) / 1000);
    return make("div", "row last", make("span", "who", nameOf(post.name), make("span", "q", districtWords(post, view))), make("span", "r fig", after));
  }

  const latestOf = ({ lines, room }) => model.latest(lines, Math.min(LATEST, room));

  function latestList(view) {
    const lines = latestOf(view);
    return [make("h2", "", text(lines.length ? "latest" : "all_delivered")), ...lines.map((line) => latestRow(line, view))];
  }

  const isGoingOut = ({ lines, order, now }) =>
    model.isRunning(order) && now - Date.parse(order.issued_at) < model.GRACE * 1000 && lines.some((line) => !line.delivered_at);

  function silentKey(view) {
    const latest = view.silent.length ? [] : latestOf(view).map((line) => [line.post, line.version]);
    return [isGoingOut(view), view.silent.length, view.silent.length > view.room, view.shown.map((post) => [post.code, post.line.state, view.numbers.get(post.code), stepWord(view.told.get(post.code))]), latest, view.order.id];
  }

  function silent(view) {
    if (view.silent.length) return silentList(view);
    return isGoingOut(view) ? [make("h2", "", text("going_out"))] : latestList(view);
  }

  // ---- delivered, not confirmed

  function waitingOf(view) {
    const where = model.waiting(view.lines, view.posts).map(([code, n]) => {
      const district = view.map.city.districts.find((d) => d.code === code);
      return [district ? nameOf(district.short) : text(`name_${code}`), n];
    });
    return { complete: model.isComplete(view.order, view.lines), running: model.isRunning(view.order), total: view.order.targets, n: where.reduce((sum, [, n]) => sum + n, 0), where };
  }

  function waiting({ complete, running, total, n, where }) {
    if (complete) return [make("h2", "", text("complete")), make("p", "", text("complete_words", { n: total }))];
    const places = where.map(([name, count]) => make("span", "", `${name} `, make("b", "fig", String(count))));
    return [make("h2", "", `${text(running ? "delivered_waiting" : "delivered_unconfirmed")} `, make("span", "fig", String(n))), make("p", "", ...places)];
  }

  // What has no room in the list's two lines is left out and said to be: the heading's total counts it.
  function trim(section) {
    const list = section.querySelector("p");
    const isFull = () => list.scrollHeight > list.clientHeight + 1 && list.children.length > 1;
    if (!list || !isFull()) return;
    while (isFull()) list.lastElementChild.remove();
    list.lastElementChild.replaceWith(make("span", "", "…"));
  }

  zhongshu.orderParts = {
    escalated, headOf, head, noteOf, note, faceKey, face, faceNote, smallFace, answers, curvesOf, curves, roomFor, namedOf, silentKey, silent, waitingOf, waiting, trim,
  };
})(globalThis);
