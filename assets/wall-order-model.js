// What the order scene says: the order shown, its tiers, answers, silent and waiting posts, as plain values from plain rows.
(function (root) {
  const zhongshu = (root.zhongshu = root.zhongshu || {});
  const { lastAnswer, lightOf } = zhongshu.lightRules || require("./light-rules.js");

  const TIERS = ["city", "district", "township", "special_grid", "unit", "district_unit"];
  const ANSWERS = ["received", "in_position", "need_support", "cannot"];
  // A post is called silent only after its terminal has had time to say that the order came. Seconds.
  const GRACE = 3;

  const seconds = (from, to) => (Date.parse(to) - Date.parse(from)) / 1000;
  const iso = (ms) => new Date(ms).toISOString();

  const isRunning = (order) => order.state === "running";
  const byUrgency = (a, b) =>
    (a.mode === "drill") - (b.mode === "drill") || a.grade - b.grade || Date.parse(b.issued_at) - Date.parse(a.issued_at);
  const lastEnd = (order) => Date.parse(order.ended_at || order.valid_until || order.issued_at);
  // Of a chain of corrections only the newest edition is told; its forerunner is named on it.
  const byEnd = (a, b) => (a.state === "corrected") - (b.state === "corrected") || lastEnd(b) - lastEnd(a);

  // The newest running order of the highest grade, a live one before a drill; else the one that ended last; else null.
  // `wanted` is the id of one that an officer put on the wall.
  function pick(orders, wanted = null) {
    const all = Object.values(orders || {});
    return (orders || {})[wanted] || all.filter(isRunning).sort(byUrgency)[0] || all.sort(byEnd)[0] || null;
  }

  const othersRunning = (orders, shown) =>
    Object.values(orders || {}).filter((order) => isRunning(order) && order.id !== (shown && shown.id)).length;

  const linesOf = (lines, order) => Object.values(lines || {}).filter((line) => line.order === order.id);

  // The moment up to which the order is told: now while it runs, its end afterwards.
  const toldAt = (order, now) => (isRunning(order) || !order.ended_at ? now : Math.min(now, Date.parse(order.ended_at)));

  const countOf = (lines, light) => lines.filter((line) => lightOf(line) === light).length;

  function lastConfirmation(lines, fallback) {
    const times = lines.filter((line) => line.acknowledged_at).map((line) => Date.parse(line.acknowledged_at));
    return times.length ? Math.max(...times) : fallback;
  }

  // How a tier stands. `of` is what the order counted, `elapsed` and `within` seconds, `deadline` a moment in UTC.
  function face(order, tier, { lines, now }) {
    const own = lines.filter((line) => line.tier === tier);
    const of = order.tiers[tier];
    const confirmed = own.filter((line) => line.acknowledged_at).length;
    const done = of > 0 && confirmed >= of;
    const until = done ? lastConfirmation(own, now) : toldAt(order, now);
    const elapsed = Math.max(0, (until - Date.parse(order.issued_at)) / 1000);
    const within = (order.limits || {})[tier] ?? null;
    return {
      tier, of, confirmed, done, elapsed, within,
      parts: { confirmed: countOf(own, "confirmed"), need: countOf(own, "need"), cannot: countOf(own, "cannot"), delivered: countOf(own, "delivered") },
      over: within !== null && elapsed > within,
      running: isRunning(order) && !done,
      deadline: within === null ? null : iso(Date.parse(order.issued_at) + within * 1000),
    };
  }

  const tiersOf = (order) => TIERS.filter((tier) => (order.tiers || {})[tier] > 0);

  // Two large stopwatches for the tiers with a promise; where fewer have one, the next tiers of the order step up.
  function splitTiers(tiers, promised) {
    const first = tiers.filter((tier) => promised.includes(tier));
    const large = [...first, ...tiers.filter((tier) => !promised.includes(tier))].slice(0, 2);
    return { large: tiers.filter((tier) => large.includes(tier)), small: tiers.filter((tier) => !large.includes(tier)) };
  }

  function faces(order, { lines, now, promised }) {
    const { large, small } = splitTiers(tiersOf(order), promised);
    const told = (tier) => face(order, tier, { lines, now });
    return { large: large.map(told), small: small.map(told) };
  }

  const rankOf = (post) => TIERS.indexOf(post.tier);
  const byPlace = (a, b) =>
    rankOf(a) - rankOf(b) || String(a.district).localeCompare(String(b.district)) || String(a.code).localeCompare(String(b.code));

  // Every post that the browser can name, by code. A district's desk carries the district's own code.
  function postsOf(city) {
    const desks = city.districts.map((d) => ({ ...d, tier: "district", district: d.code }));
    const units = Object.entries(city.units || {}).map(([code, [zh, en, short]]) => ({ code, name: [zh, en], short: [short, en] }));
    return Object.fromEntries([...units, ...desks, ...city.posts].map((post) => [post.code, post]));
  }

  // A post of the order, from the city's data; one that the city does not know (any more) still has its code.
  function postOf(line, posts) {
    const known = posts[line.post];
    return known ? { tier: line.tier, ...known } : { code: line.post, tier: line.tier, name: [line.post, line.post] };
  }

  const isSilent = (line, quiet) => lightOf(line) === "undelivered" && (quiet || line.state === "failed");

  // Posts whose terminal has not said that the order came: by tier, district and code. Empty during the first seconds.
  function silent(order, { lines, posts, now }) {
    const quiet = toldAt(order, now) - Date.parse(order.issued_at) >= GRACE * 1000;
    return lines.filter((line) => isSilent(line, quiet)).map((line) => ({ ...postOf(line, posts), line })).sort(byPlace);
  }

  // Numbers stay with their posts while the list only shrinks within the room for it; else they are given anew, from 1.
  function numbered(known, list, room) {
    const kept = known && known.size <= room && list.every((post) => known.has(post.code));
    return kept ? known : new Map(list.map((post, i) => [post.code, i + 1]));
  }

  // Has the order, has not confirmed: how many in each district, most first; posts without a district by their tier.
  function waiting(lines, posts) {
    const counts = new Map();
    lines.filter((line) => lightOf(line) === "delivered").forEach((line) => {
      const key = postOf(line, posts).district || line.tier;
      counts.set(key, (counts.get(key) || 0) + 1);
    });
    return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  }

  function answers(order, lines) {
    const asked = ANSWERS.filter((key) => (order.answers || ANSWERS).includes(key) || lines.some((line) => lastAnswer(line) === key));
    const wanted = order.wanted || {}; // how many of an answer are enough; without a number every post is asked
    return asked.map((key) => ({ key, n: lines.filter((line) => lastAnswer(line) === key).length, ...(wanted[key] ? { of: wanted[key] } : {}) }));
  }

  const firstInPosition = (line) => ((line.answers || []).find((answer) => answer.answer === "in_position") || {}).at;

  function rising(order, moments) {
    return moments.filter(Boolean).map((at) => Math.max(0, seconds(order.issued_at, at))).sort((a, b) => a - b);
  }

  // When each post confirmed, and when each said that it is in position: seconds after the issue, ascending.
  function curves(order, lines) {
    return { confirmed: rising(order, lines.map((line) => line.acknowledged_at)), inPosition: rising(order, lines.map(firstInPosition)) };
  }

  const latest = (lines, n) =>
    lines.filter((line) => line.acknowledged_at).sort((a, b) => Date.parse(b.acknowledged_at) - Date.parse(a.acknowledged_at)).slice(0, n);

  // Posts that should stand on the map and have no place yet: how many, and how many of them confirmed.
  function offMap(lines, posts) {
    const unplaced = lines.filter((line) => postOf(line, posts).reserved);
    return { n: unplaced.length, confirmed: unplaced.filter((line) => line.acknowledged_at).length };
  }

  // Per district: its townships in the order, how many confirmed, and the light of its own desk (null: not asked).
  function districts(lines, { posts, codes }) {
    return codes.map((code) => {
      const towns = lines.filter((line) => line.tier === "township" && postOf(line, posts).district === code);
      const desk = lines.find((line) => line.tier === "district" && (postOf(line, posts).district || line.post) === code);
      const confirmed = towns.filter((line) => line.acknowledged_at).length;
      return { code, of: towns.length, confirmed, desk: desk ? lightOf(desk) : null, deskPost: desk ? desk.post : null };
    });
  }

  // What escalation did for the order: the newest step of each post, and how often each thing was done.
  const SAID = ["told", "dial", "notice", "desk", "nobody"];
  const stepsOf = (steps, order) => Object.values(steps || {}).filter((step) => step.order === order.id && SAID.includes(step.what)).sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const newestSteps = (steps) => new Map(steps.map((step) => [step.post, step]));
  const escalation = (steps) => SAID.map((what) => [what, steps.filter((step) => step.what === what).length]).filter(([, n]) => n);

  const isComplete = (order, lines) => order.targets > 0 && lines.filter((line) => line.acknowledged_at).length >= order.targets;

  function clock(elapsed) {
    const whole = Math.max(0, Math.floor(elapsed));
    const two = (n) => String(n).padStart(2, "0");
    const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  }

  zhongshu.orderModel = {
    TIERS, ANSWERS, GRACE, pick, othersRunning, linesOf, lastAnswer, lightOf, face, faces, splitTiers, silent, numbered,
    waiting, answers, curves, latest, stepsOf, newestSteps, escalation, offMap, districts, isComplete, isRunning, clock, postsOf, postOf,
  };
  if (typeof module !== "undefined") module.exports = zhongshu.orderModel;
})(globalThis);
