// The ledger of one order as plain values: groups that always sum, sorted lines, delays, words that differ.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.ledgerModel = (() => {
  const GROUPS = ["undelivered", "waiting", "confirmed", "need_support", "cannot"];
  const MARKS = { undelivered: "warn", waiting: "watch", confirmed: "normal", need_support: "warn", cannot: "alarm" };
  const OPEN = ["undelivered", "waiting"]; // what «only unconfirmed» keeps

  // Every line is in exactly one group, so the groups sum to the number of targets. Saying «I cannot» is not confirming.
  function group(line) {
    const answers = line.answers || [], last = answers.length ? answers[answers.length - 1].answer : line.answer;
    if (last === "need_support" || last === "cannot") return last;
    if (line.acknowledged_at) return "confirmed";
    return line.delivered_at ? "waiting" : "undelivered";
  }
  function counts(lines) {
    const found = Object.fromEntries(GROUPS.map((key) => [key, 0]));
    for (const line of lines) found[group(line)] += 1;
    return { all: lines.length, ...found };
  }

  // Confirmed, and then silent: the answer that completes it is overdue and has not come.
  const is_back = (order, line) => Boolean(line.overdue_at) && order.state === "running" && !(line.answers || []).some((one) => one.answer === order.completes);

  // Who asks for help first and who fell silent again, then who is not reached; among the confirmed the latest first; otherwise the city's order.
  const RANK = { cannot: 0, need_support: 1, undelivered: 2, waiting: 3, confirmed: 4 };
  function sorted(lines, place, order = {}) {
    const keyed = lines.map((line) => ({ line, rank: is_back(order, line) ? RANK.need_support : RANK[group(line)], at: line.acknowledged_at ? -Date.parse(line.acknowledged_at) : 0, place: place(line) }));
    return keyed.sort((a, b) => a.rank - b.rank || (a.rank === 4 ? a.at - b.at : 0) || a.place - b.place).map(({ line }) => line);
  }
  // `filter` is a group, "all", "open" or "dial" (those in `dial`, posts); `words` what was typed, looked for in `said(line)`.
  function shown(lines, { filter, words, said, dial = new Set() }) {
    const wanted = (words || "").trim().toLowerCase();
    const fits = (line) => filter === "all" || (filter === "dial" && dial.has(line.post)) || (filter === "open" ? OPEN.includes(group(line)) : group(line) === filter);
    return lines.filter((line) => fits(line) && (!wanted || said(line).toLowerCase().includes(wanted)));
  }

  const delay = (order, at) => (at ? Math.max(0, (Date.parse(at) - Date.parse(order.issued_at)) / 1000) : null);
  const limit = (order, line) => (order.limits || {})[line.tier] ?? null;
  // Late: said so by the centre, or still silent past the limit.
  const is_late = (order, line, now) => Boolean(line.late) || (!line.acknowledged_at && order.state === "running" && limit(order, line) !== null && now - Date.parse(order.issued_at) > limit(order, line) * 1000);

  // How many lines gave each answer last, of those the order asks for and any other that was given; `wanted`: enough.
  const last_answer = (line) => { const answers = line.answers || []; return answers.length ? answers[answers.length - 1].answer : line.answer || null; };
  function answer_counts(order, lines) {
    const given = lines.map(last_answer), asked = [...new Set([...(order.answers || []), ...given.filter(Boolean)])];
    return asked.map((key) => ({ key, n: given.filter((answer) => answer === key).length, wanted: (order.wanted || {})[key] ?? null }));
  }

  // Who was late in an order that has ended: seconds to the confirmation as the centre had it (null: never), by how much
  // over the limit, and whether it was given in time on a terminal without a network. The never confirmed first.
  const OFFLINE_S = 30;
  function late(order, lines) {
    const found = lines.filter((line) => line.late || !line.acknowledged_at).map((line) => {
      const taken = delay(order, line.acknowledged_at), within = limit(order, line), first = (line.answers || [])[0];
      const offline = Boolean(first && first.claimed_at && Date.parse(first.at) - Date.parse(first.claimed_at) > OFFLINE_S * 1000);
      return { line, delay: taken, over: taken === null || within === null ? null : Math.max(0, taken - within), offline };
    });
    return found.sort((a, b) => (b.delay ?? Infinity) - (a.delay ?? Infinity) || 0);
  }

  // What escalation did for the order as a whole, oldest first.
  const order_steps = (steps, order) => Object.values(steps || {}).filter((step) => step.order === order.id && !step.post).sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  // The newest step of escalation for each post of an order.
  function last_step(steps, order) {
    const newest = {};
    for (const step of Object.values(steps || {})) if (step.order === order.id && step.post && (!newest[step.post] || Date.parse(newest[step.post].at) < Date.parse(step.at))) newest[step.post] = step;
    return newest;
  }

  // How fast a tier confirmed by name: seconds from the issue, by nearest rank; too few for a 95th percentile have none.
  const nearest = (ordered, share) => ordered[Math.max(0, Math.ceil(share * ordered.length) - 1)];
  function times(order, lines, tier) {
    const named = lines.filter((line) => line.tier === tier && line.by && line.acknowledged_at), delays = named.map((line) => delay(order, line.acknowledged_at)).sort((a, b) => a - b), n = delays.length;
    return { n, of: (order.tiers || {})[tier] || 0, p50: n ? nearest(delays, 0.5) : null, p95: n ? nearest(delays, 0.95) : null, max: n ? delays[n - 1] : null, late: named.filter((line) => line.late).length };
  }

  // The steps from `before` to `after` as [kind, text]: "same", "out", "in". Longest common subsequence over characters.
  function difference(before, after) {
    const a = [...before], b = [...after], rows = a.length + 1, cols = b.length + 1, long = Array.from({ length: rows }, () => new Uint16Array(cols));
    for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) long[i][j] = a[i] === b[j] ? long[i + 1][j + 1] + 1 : Math.max(long[i + 1][j], long[i][j + 1]);
    const steps = [], add = (kind, text) => { const last = steps[steps.length - 1]; if (last && last[0] === kind) last[1] += text; else steps.push([kind, text]); };
    let i = 0, j = 0;
    while (i < a.length || j < b.length) {
      if (i < a.length && j < b.length && a[i] === b[j]) { add("same", a[i]); i += 1; j += 1; } else if (j >= b.length || (i < a.length && long[i + 1][j] >= long[i][j + 1])) { add("out", a[i]); i += 1; } else { add("in", b[j]); j += 1; }
    }
    return steps;
  }

  // Points of a rising curve as an SVG path: one step for each moment, drawn on to `until` seconds.
  function steps_path(moments, { until, x, y }) {
    const parts = [`M${x(0).toFixed(1)},${y(0).toFixed(1)}`];
    moments.filter((s) => s <= until).forEach((s, i) => parts.push(`H${x(s).toFixed(1)}V${y(i + 1).toFixed(1)}`));
    return `${parts.join("")}H${x(until).toFixed(1)}`;
  }

  // How the grid workers of an order stand, from the one row that counts them; null for an order that called none.
  function workers(row) {
    if (!row) return null;
    const { acknowledged: done = 0, failed = 0 } = row.counts;
    return { n: Object.values(row.counts).reduce((a, b) => a + b, 0), done: done - row.need_support, need: row.need_support, failed };
  }

  return { workers, GROUPS, MARKS, group, counts, sorted, shown, delay, limit, is_late, is_back, order_steps, answer_counts, late, OFFLINE_S, last_step, times, difference, steps_path };
})();

if (typeof module !== "undefined") module.exports = zhongshu.ledgerModel;
