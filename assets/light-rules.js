// The rules of light: when a pulse, a run or a flash begins, cools and ends, and what is merged when there are too many.
(function (root) {
  const zhongshu = (root.zhongshu = root.zhongshu || {});

  const MOST_PULSES = 40;
  const MOST_RUNS = 12;
  const MOST_EMBERS = 1200;
  // Seconds.
  const PULSE = 2.4;
  const RUN = 1.6;
  const RUN_HOME = 2.2;
  const WAVE = 2.6;
  const FILED_AFTER = 1.2;
  const COOLING = 900;
  const SETTLING = 1.4;
  const FLASH = 6;

  const easeOut = (p) => 1 - Math.pow(1 - p, 2.2);
  const easeInOut = (p) => (p < 0.5 ? 2 * p * p : 1 - Math.pow(2 - 2 * p, 2) / 2);
  const between = (low, value, high) => Math.min(high, Math.max(low, value));

  // How bright a fresh confirmation still is: 1 at once, nothing once it has settled.
  function flash(age) {
    return age < 0 || age > FLASH ? 0 : Math.exp(-age / SETTLING);
  }

  // How warm an ember still is: 1 new, 0 after a quarter of an hour of city time.
  function warmth(age) {
    return age < 0 ? 1 : Math.max(0, 1 - age / COOLING);
  }

  // How far along a motion is, null before it begins and once it is over. `at` and `now` in seconds.
  function progress(motion, now, lasts) {
    const p = (now - motion.at) / lasts;
    return p < 0 || p >= 1 ? null : p;
  }

  const isOver = (motion, now, lasts) => now - motion.at >= lasts;

  function without(motions, now, lasts) {
    return motions.some((m) => isOver(m, now, lasts)) ? motions.filter((m) => !isOver(m, now, lasts)) : motions;
  }

  const weightOf = (motion) => motion.weight || 1;

  // A merged pulse stands at the township's own place, is as young as its youngest part, and is larger.
  function merged(motions) {
    const youngest = motions.reduce((a, b) => (b.at > a.at ? b : a));
    return { ...youngest, weight: motions.reduce((sum, m) => sum + weightOf(m), 0), merged: true };
  }

  function mergeTownship(motions, township) {
    const parts = motions.filter((m) => m.township === township);
    return [...motions.filter((m) => m.township !== township), merged(parts)];
  }

  function fullestTownship(motions) {
    const counts = new Map();
    motions.forEach((m) => counts.set(m.township, (counts.get(m.township) || 0) + 1));
    const [township, n] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [null, 0]);
    return n > 1 ? township : null;
  }

  // Adds one motion and keeps to `most`: first its own township is merged, else the fullest one. Where every township
  // has just one, the list comes back as it was: the fact is not lost, its ember or its lit township still shows it.
  function addMotion(motions, motion, most) {
    if (motions.length < most) return [...motions, motion];
    if (motions.some((m) => m.township === motion.township)) return mergeTownship([...motions, motion], motion.township);
    const full = fullestTownship(motions);
    return full === null ? motions : [...mergeTownship(motions, full), motion];
  }

  const addPulse = (pulses, pulse) => addMotion(pulses, pulse, MOST_PULSES);

  // A run that finds no room becomes weight on the run of its own township; elsewhere the caller shows a larger pulse.
  function addRun(runs, run) {
    if (runs.length < MOST_RUNS) return [...runs, run];
    return runs.some((r) => r.township === run.township) ? mergeTownship([...runs, run], run.township) : runs;
  }

  // How much larger a merged pulse is drawn: it grows with its cases, but stays a place and not a region.
  const size = (motion) => between(1, 1 + 0.45 * Math.log2(weightOf(motion)), 2.6);

  function addEmber(embers, ember) {
    const kept = embers.length < MOST_EMBERS ? embers : embers.slice(embers.length - MOST_EMBERS + 1);
    return [...kept, ember];
  }

  // A run home is bent the same way each time, and gently: at most 0.15.
  function bend(township) {
    const hash = [...String(township)].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 7);
    return ((hash / 996) * 2 - 1) * 0.15;
  }

  const NEEDS = { need_support: "need", cannot: "cannot" };

  // The answer that stands: the last one. A confirmation without one says 收到.
  function lastAnswer(line) {
    const answers = line.answers || [];
    const last = answers.length ? answers[answers.length - 1].answer : line.answer;
    return last || (line.acknowledged_at ? "received" : null);
  }

  // The light a ledger line wears: confirmed, need, cannot, delivered or undelivered.
  function lightOf(line) {
    if (!line) return "undelivered";
    if (line.acknowledged_at) return NEEDS[lastAnswer(line)] || "confirmed";
    return line.delivered_at || line.read_at ? "delivered" : "undelivered";
  }

  zhongshu.lightRules = {
    MOST_PULSES, MOST_RUNS, MOST_EMBERS, PULSE, RUN, RUN_HOME, WAVE, FILED_AFTER, COOLING, FLASH,
    easeOut, easeInOut, flash, warmth, progress, isOver, without, addPulse, addRun, addEmber, size, bend,
    lastAnswer, lightOf,
  };
  if (typeof module !== "undefined") module.exports = zhongshu.lightRules;
})(globalThis);
