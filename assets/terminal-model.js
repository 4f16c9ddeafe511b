// What a terminal shows: which order, in which state, what may be answered. Plain values from plain rows.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.terminalModel = (() => {
  const SEVERITY = { 1: "alarm", 2: "warn", 3: "watch", 4: "normal" };
  const WANTS_NOTE = ["need_support", "cannot"], CALM = ["all_clear", "channel_test"];

  const ms = (at) => (at ? Date.parse(at) : null);
  const line_of = (rows, order, post) => rows.line[`${order.id}/${post}`] || null;
  const is_valid = (order, now) => order.state === "running" && ms(order.valid_until) > now;
  const is_answered = (line) => Boolean(line && line.acknowledged_at);
  const is_read = (line) => Boolean(line && (line.read_at || line.acknowledged_at));

  // The newest that nobody has read comes first, then what nobody has confirmed, gravest first; a drill only after every
  // live order that waits for a confirmation; then the rest.
  const gravest = (a, b) => (a.mode === "drill") - (b.mode === "drill") || a.grade - b.grade;
  const newest = (a, b) => ms(b.issued_at) - ms(a.issued_at);
  function running(rows, { post, now }) {
    const rank = (order) => {
      const line = line_of(rows, order, post), waits = is_read(line) ? 1 : 0;
      return is_answered(line) ? 4 : order.mode === "drill" ? 2 + waits : waits;
    };
    return Object.values(rows.order).filter((order) => is_valid(order, now) && line_of(rows, order, post))
      .sort((a, b) => rank(a) - rank(b) || (rank(a) % 2 === 0 && rank(a) < 4 ? newest(a, b) : gravest(a, b) || newest(a, b)));
  }
  // What else runs, beside the order that is shown: gravest first, as a list is read.
  const beside = (orders, shown) => orders.filter((order) => order.id !== shown.id).sort((a, b) => gravest(a, b) || newest(a, b));

  // Words as [kind, text], "in" where a correction put others: `spans` are [from, to) in characters.
  function marked(text, spans) {
    const all = [...text], parts = [];
    let at = 0;
    for (const [from, to] of spans || []) { parts.push(["same", all.slice(at, from).join("")], ["in", all.slice(from, to).join("")]); at = to; }
    return [...parts, ["same", all.slice(at).join("")]].filter(([, words]) => words);
  }

  // The order that fills the screen: the one somebody chose, unless another has come that nobody has read.
  function shown(orders, { chosen, rows, post }) {
    const first = orders[0] || null, mine = orders.find((order) => order.id === chosen);
    return mine && first && is_read(line_of(rows, first, post)) ? mine : first;
  }

  // What ended while this terminal showed it and nobody has taken note of; a corrected order is told by its successor.
  function ended(rows, { now, known, dismissed }) {
    return Object.values(rows.order)
      .filter((order) => known.includes(order.id) && !dismissed.includes(order.id) && !is_valid(order, now) && order.state !== "corrected")
      .sort((a, b) => (a.mode === "drill") - (b.mode === "drill") || ms(b.issued_at) - ms(a.issued_at))[0] || null;
  }
  const end_of = (order) => (order.state === "running" ? "expired" : order.state);
  const ended_at = (order) => (order.state === "running" ? order.valid_until : order.ended_at);

  // `left` seconds until the limit (negative: past it), `share` of the limit used, `done` when a person has confirmed.
  function stopwatch(order, line, now) {
    const limit = (order.limits || {})[line.tier] ?? null, done = ms(line.acknowledged_at);
    const elapsed = Math.max(0, ((done || now) - ms(order.issued_at)) / 1000);
    const deadline = limit === null ? null : ms(order.issued_at) + limit * 1000;
    return { elapsed, limit, deadline, done, left: limit === null ? null : limit - elapsed, share: limit ? Math.min(1, elapsed / limit) : 0, late: limit !== null && elapsed > limit };
  }

  // The answers as buttons. The first that says yes and was not given yet is the large one.
  function buttons(order, line) {
    const given = (line.answers || []).map((answer) => answer.answer), last = given[given.length - 1];
    const large = order.answers.find((key) => !given.includes(key) && !WANTS_NOTE.includes(key)) || (given.length ? null : order.answers[0]);
    return order.answers.map((key) => ({ key, large: key === large, given: given.includes(key), last: key === last, note: WANTS_NOTE.includes(key) }));
  }

  // How a confirmation is known, as a key of the catalogue; nothing that was only chosen is called proof.
  const known_key = (known_by) => `terminal.known_${known_by || "chosen"}`;
  const withdrawn = (order) => Math.max(0, (order.edition || 1) - 1);

  // What no danger stands behind: an all-clear, a test of a channel. It asks quietly.
  const is_calm = (order) => CALM.includes(order.order_kind);
  const tune_of = (orders) => (orders.every(is_calm) ? "calm" : orders.every((order) => order.mode === "drill") ? "drill" : "live");
  // The link to a meeting, when it is one that may be opened.
  const meeting_of = (order) => (/^https:\/\/[^\s/@]+(\/|$|\?|#)/.test(order.meeting || "") ? order.meeting : "");
  // What outlives the order it came with: a test that was missed, a post below that cannot be reached.
  const standing_notices = (rows, now) => Object.values(rows.notice || {}).filter((one) => one.until && ms(one.until) > now).sort((a, b) => ms(b.at) - ms(a.at));
  // What escalation says to this post about an order, newest first.
  const notices = (rows, order) => Object.values(rows.notice || {}).filter((one) => one.order === order.id).sort((a, b) => ms(b.at) - ms(a.at));

  // The last orders of this post, newest first, without those that were only replaced.
  function last(rows, { post, n = 4, except = [] }) {
    return Object.values(rows.order)
      .filter((order) => order.state !== "corrected" && !except.includes(order.id) && line_of(rows, order, post))
      .sort((a, b) => ms(b.issued_at) - ms(a.issued_at)).slice(0, n);
  }

  // Minutes and seconds as people say them: [minutes, seconds].
  const min_s = (seconds) => [Math.floor(Math.abs(seconds) / 60), Math.floor(Math.abs(seconds) % 60)];

  return { SEVERITY, WANTS_NOTE, ms, line_of, is_valid, is_answered, is_read, running, beside, marked, shown, ended, end_of, ended_at, stopwatch, buttons, known_key, withdrawn, is_calm, tune_of, meeting_of, notices, standing_notices, last, min_s };
})();

if (typeof module !== "undefined") module.exports = zhongshu.terminalModel;
